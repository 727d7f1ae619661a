using System.Text.Json;
using System.Text.RegularExpressions;
using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Samples.Things;
using VisualSearch.Samples.Videos;

namespace VisualSearch.Tests.Samples;

/// <summary>Planned videos and what is judged about them, without drawing a frame.</summary>
public sealed class VideoPlanTests
{
    private static readonly VideoSet Set = VideoComposer.Compose(1, 12);
    private static readonly IReadOnlyList<MomentQuery> Queries = VideoQueries.Build(Set);
    private static readonly IReadOnlyList<JudgedQuestion> Questions = VideoQuestions.Build(Set);

    private static string[] AllLines(VideoSet set) =>
    [
        .. set.Videos.Select(VideoLines.Metadata), .. set.Videos.Select(VideoLines.Shots), .. set.Videos.Select(SubtitleWriter.SubRip),
        .. VideoQueries.Build(set).Select(VideoLines.Query), .. VideoQuestions.Build(set).Select(VideoLines.Question),
    ];

    [Fact]
    public void ASeedGivesTheSameVideosAndALargerSetBeginsWithTheSmaller()
    {
        Assert.Equal(AllLines(Set), AllLines(VideoComposer.Compose(1, 12)));
        Assert.NotEqual(AllLines(Set)[0], AllLines(VideoComposer.Compose(2, 12))[0]);
        VideoSet smaller = VideoComposer.Compose(1, 5);
        Assert.Equal(smaller.Videos.Select(VideoLines.Shots), Set.Videos.Take(5).Select(VideoLines.Shots));
        Assert.Equal(smaller.Videos.Select(SubtitleWriter.SubRip), Set.Videos.Take(5).Select(SubtitleWriter.SubRip));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    public void VideosAreAsLongAndVariedAsPromised(long seed)
    {
        VideoSet set = VideoComposer.Compose(seed, 24);
        Assert.All(set.Videos, video =>
        {
            Assert.InRange(video.Seconds, 20, 60);
            Assert.InRange(video.Width, 320, 640);
            Assert.True(video.Width % 2 == 0 && video.Height % 2 == 0);
            Assert.Equal(0, video.Shots[0].FirstFrame);
            for (int i = 1; i < video.Shots.Count; i++)
            {
                Shot before = video.Shots[i - 1], shot = video.Shots[i];
                Assert.Equal(before.EndFrame, shot.FirstFrame);
                Assert.NotEqual(before.Scene.Backdrop, shot.Scene.Backdrop);
                Assert.Equal(shot.Into == TransitionKind.Cut, shot.TransitionFrames == 0);
                Assert.True(shot.Frames > shot.TransitionFrames + (i + 1 < video.Shots.Count ? video.Shots[i + 1].TransitionFrames : 0));
            }

            foreach (Shot shot in video.Shots)
            {
                Assert.All(shot.Lines, line => Assert.True(line.Start >= video.Time(shot.FirstFrame) && line.End <= video.Time(shot.EndFrame) && line.End - line.Start > 1));
                Assert.Equal(shot.Lines.OrderBy(line => line.Start), shot.Lines);
            }
        });
        Assert.Equal(3, set.Videos.SelectMany(video => video.Shots.Skip(1)).Select(shot => shot.Into).Distinct().Count());
        Assert.Equal(5, set.Videos.Select(video => video.Subtitles).Distinct().Count());
        Assert.Equal(["mkv", "mp4", "webm"], set.Videos.Select(video => video.Extension).Distinct().Order());
    }

    [Fact]
    public void SubtitlesReadBackAsTheyWereSpoken()
    {
        foreach (VideoPlan video in Set.Videos.Where(video => video.Lines.Any()))
        {
            foreach ((string text, double near) in new[] { (SubtitleWriter.SubRip(video), 0.0006), (SubtitleWriter.WebVtt(video), 0.0006), (SubtitleWriter.SubStation(video), 0.011) })
            {
                SubtitleTrack track = SubtitleFile.Read(text, "");
                Assert.Empty(track.Warnings);
                Assert.Equal(video.Lines.Select(line => line.Text), track.Cues.Select(cue => cue.Text.Replace('\n', ' ')));
                Assert.All(video.Lines.Zip(track.Cues), pair => Assert.True(Math.Abs(pair.First.Start - pair.Second.Start) < near && Math.Abs(pair.First.End - pair.Second.End) < near));
            }
        }
    }

    [Fact]
    public void ThereAreEnoughQueriesOfEachKindAndTheyReferToTheVideos()
    {
        Assert.True(Queries.Count >= 60, $"{Queries.Count} queries");
        Assert.All(["visual", "spoken", "both"], kind => Assert.True(Queries.Count(query => query.Kind == kind) >= 15, kind));
        Assert.Equal(Queries.Count, Queries.Select(query => query.Id).Distinct().Count());
        Assert.Equal(Queries.Count, Queries.Select(query => query.Text).Distinct().Count());
        Assert.All(Queries, query => Assert.InRange(query.Moments.Count, 1, 3));
        Assert.All(Queries.SelectMany(query => query.Moments), moment =>
        {
            VideoPlan video = Set.Videos.Single(video => video.RelativePath == moment.Video);
            Assert.True(moment.Start >= 0 && moment.End > moment.Start + 1 && moment.End <= video.Seconds);
        });
        Assert.True(Queries.Count(query => query.Moments.Count > 1) <= Queries.Count / 5);
    }

    /// <summary>What is asked by sight is told by nobody there; what is asked by hearing is not asked in the narrator's sentences.</summary>
    [Fact]
    public void TextFindsWhatPicturesCannotAndTheReverse()
    {
        string nouns = string.Join('|', ThingCatalog.Subjects.SelectMany(thing => new[] { thing.Noun(1), thing.Plural }).Select(Regex.Escape));
        foreach (MomentQuery query in Queries)
        {
            string said = Said(query.Moments[0]);
            Match noun = Regex.Match(query.Text, $@"\b({nouns})\b");
            if (query.Kind == "visual" && query.Text.Contains("passing", StringComparison.Ordinal)) Assert.DoesNotContain(noun.Value, said, StringComparison.Ordinal);
            if (query.Kind == "both") Assert.DoesNotMatch($@"\b{noun.Value}\b", said);
            if (query.Kind == "visual") continue;
            string[] words = query.Text.Split(' ');
            for (int i = 0; i + 5 <= words.Length; i++) Assert.DoesNotContain(string.Join(' ', words[i..(i + 5)]), said, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void QuestionsAreAnsweredByWhatIsSaidAndSomeByNothing()
    {
        JudgedQuestion[] answered = [.. Questions.Where(question => question.Answers.Count > 0)], unanswered = [.. Questions.Where(question => question.Answers.Count == 0)];
        Assert.True(Questions.Count >= 60 && unanswered.Length >= 15 && answered.Length >= 40, $"{answered.Length} and {unanswered.Length} questions");
        Assert.Equal(Questions.Count, Questions.Select(question => question.Question).Distinct().Count());
        Assert.All(answered, question => Assert.Contains(
            question.Answers, answer => Said(Assert.Single(question.Moments)).Contains(answer, StringComparison.OrdinalIgnoreCase)));
        Assert.All(unanswered, question => Assert.Empty(question.Moments));
        Assert.All(Questions, question => Assert.DoesNotContain('{', question.Question));
    }

    [Fact]
    public void LinesAreJsonAndMetadataIsASidecar()
    {
        foreach (VideoPlan video in Set.Videos)
        {
            JsonElement shots = JsonDocument.Parse(VideoLines.Shots(video)).RootElement;
            Assert.Equal(video.Shots.Count, shots.GetProperty("shots").GetArrayLength());
            Assert.Equal(video.Shots.Count - 1, shots.GetProperty("boundaries").GetArrayLength());
            JsonElement metadata = JsonDocument.Parse(VideoLines.Metadata(video)).RootElement;
            Assert.Equal(video.FileName, metadata.GetProperty("file").GetString());
            Assert.NotEmpty(metadata.GetProperty("title").GetString()!);
        }

        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(VideoLines.Question(Questions[^1])).RootElement.GetProperty("answer").ValueKind);
    }

    private static string Said(Moment moment) => string.Join(' ', Set.Videos.Single(video => video.RelativePath == moment.Video).Lines
        .Where(line => line.End > moment.Start && line.Start < moment.End).Select(line => line.Text));
}
