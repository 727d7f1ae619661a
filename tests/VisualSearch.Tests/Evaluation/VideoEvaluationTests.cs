using System.Text.Json;
using VisualSearch.Search;
using VisualSearch.Search.Evaluation;
using VisualSearch.Tests.Rag;

namespace VisualSearch.Tests.Evaluation;

/// <summary>Judged moments and questions of videos: figures that can be counted by hand, and judgements that can't be used are named.</summary>
public sealed class VideoEvaluationTests : IDisposable
{
    private readonly Talks talks = Talks.Usual();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        talks.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Moments_count_where_a_result_overlaps_them_by_half()
    {
        // Said from 11 to 19: overlap 1, 6 of 10, 2 of 14; and at a time when something else is said.
        WriteMoments(("The mill was restored by Peter Lund", 0, 11, 19), ("The mill was restored by Peter Lund", 0, 13, 21), ("The mill was restored by Peter Lund", 0, 17, 25), ("Every winter the harbour freezes", 2, 100, 110));
        IReadOnlyDictionary<string, double> metrics = Moments().Run(folder.Path);
        Assert.Equal(0.5, metrics["textRecall5Iou50"], 6);
        Assert.InRange(metrics["textNdcg10"], 0.25, 0.5);
        Assert.Equal(6, metrics.Count);
    }

    [Fact]
    public async Task Answers_are_counted_by_what_they_find_cite_and_refuse()
    {
        WriteQuestions(
            ("Who restored the mill of Arden?", ["Peter Lund"], 0, 11),
            ("In which year was the mill restored?", ["in 1962"], 0, 11),
            ("On which day do the doctors bathe?", ["Friday"], 2, 0),
            ("Who is the mayor of Arden?", [], null, 0));
        IReadOnlyDictionary<string, double> metrics = await new RagEvaluation(talks.Answers()).RunAsync(folder.Path);
        Assert.Equal((1, 1, 1), (metrics["answered"], metrics["refused"], metrics["refusalAccuracy"]));
        // The third is answered rightly, and judged to be somewhere else.
        Assert.Equal(2 / 3.0, metrics["citationPrecision"], 6);
        Assert.Equal(2 / 3.0, metrics["citationRecall"], 6);
        Assert.Equal(2 / 3.0, metrics["contextRecall5"], 6);
        Assert.Equal((1 + (2 / 3.0) + 1) / 3, metrics["answerF1"], 6);
    }

    [Fact]
    public void Judgements_of_other_videos_are_refused_because_all_figures_would_be_zero()
    {
        WriteMoments(("Every winter the harbour freezes", 7, 0, 10));
        EvaluationException failure = Assert.Throws<EvaluationException>(() => Moments().Run(folder.Path));
        Assert.Contains("7.mp4', a path below that folder, which the collection has not. Index that folder's videos", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":\"a\"}", "no judged moment")]
    [InlineData("{\"id\":\"a\",\"text\":\"b\",\"video\":\"c\",\"start\":3,\"end\":3}", "has no length")]
    [InlineData("nonsense", "no judged moment")]
    public void Lines_that_judge_nothing_are_named(string line, string reason)
    {
        folder.Write("moments.jsonl", line);
        EvaluationException failure = Assert.Throws<EvaluationException>(() => Moments().Run(folder.Path));
        Assert.Equal(1, failure.Line);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private MomentsEvaluation Moments() => new(talks.Store, new SearchPipeline(talks.Store, Talks.Embed));

    // The videos of Talks are elsewhere: judged by a path from the folder to them.
    private string PathOf(int video) => Path.GetRelativePath(folder.Path, $"/pictures/{video}.mp4").Replace('\\', '/');

    private void WriteMoments(params (string Text, int Video, int Start, int End)[] queries) => folder.Write("moments.jsonl", string.Join('\n', queries.Select((query, i) =>
        JsonSerializer.Serialize(new { id = $"q{i}", text = query.Text, video = PathOf(query.Video), start = query.Start, end = query.End }))));

    private void WriteQuestions(params (string Question, string[] Answers, int? Video, int Start)[] questions) => folder.Write("questions.jsonl", string.Join('\n', questions.Select((one, i) =>
        JsonSerializer.Serialize(new
        {
            id = $"q{i}",
            question = one.Question,
            answers = one.Answers,
            moments = one.Video is { } video ? new[] { new { video = PathOf(video), start = one.Start, end = one.Start + 8 } } : [],
        }))));
}
