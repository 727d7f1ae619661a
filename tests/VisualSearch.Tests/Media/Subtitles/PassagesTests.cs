using VisualSearch.Encoders.Media.Subtitles;

namespace VisualSearch.Tests.Media.Subtitles;

public sealed class PassagesTests
{
    [Fact]
    public void SentencesAcrossCuesAreJoinedAndTimed()
    {
        SubtitleCue[] cues = [new(0, 4, "The boat belongs to"), new(4, 8, "Ida Lund. She bought it"), new(8, 10, "in 1987.")];
        IReadOnlyList<Passage> one = Passages.From(cues, new PassageOptions { TargetSeconds = 20 });
        Assert.Equal([new Passage(0, 10, "The boat belongs to Ida Lund. She bought it in 1987.")], one);

        IReadOnlyList<Passage> two = Passages.From(cues, new PassageOptions { TargetCharacters = 40, OverlapSentences = 0 });
        Assert.Equal(["The boat belongs to Ida Lund.", "She bought it in 1987."], two.Select(passage => passage.Text));
        Assert.Equal((0, 10), (two[0].Start, two[1].End));
        Assert.InRange(two[0].End, 5, 6.5);
        Assert.InRange(two[1].Start, 5, 6.5);
    }

    [Fact]
    public void PassagesOverlapByASentence()
    {
        SubtitleCue[] cues = [.. Enumerable.Range(0, 12).Select(i => new SubtitleCue(i * 4, (i * 4) + 4, $"This is the sentence with number {i}."))];
        IReadOnlyList<Passage> passages = Passages.From(cues);
        Assert.True(passages.Count >= 3);
        for (int i = 1; i < passages.Count; i++)
        {
            string first = passages[i].Text.Split('.')[0] + ".";
            Assert.EndsWith(first, passages[i - 1].Text, StringComparison.Ordinal);
            Assert.True(passages[i].Start < passages[i - 1].End);
        }
    }

    [Fact]
    public void SilenceEndsSentencesWithoutAStopAndLongSilenceEndsAPassage()
    {
        SubtitleCue[] cues = [new(0, 2, "here is the mill"), new(2.1, 4, "by the river"), new(6, 8, "and now the barn"), new(20, 22, "something else")];
        Assert.Equal(["here is the mill by the river and now the barn", "something else"], Passages.From(cues).Select(passage => passage.Text));
        Assert.Equal(
            ["here is the mill by the river", "and now the barn", "something else"],
            Passages.From(cues, new PassageOptions { TargetCharacters = 45, OverlapSentences = 0 }).Select(passage => passage.Text));
    }

    [Fact]
    public void ChineseAndJapaneseAreCutAtTheirOwnMarks()
    {
        SubtitleCue[] cues = [new(0, 4, "这条船属于船长。她在"), new(4, 8, "这里住了二十年！你知道吗？")];
        IReadOnlyList<Passage> passages = Passages.From(cues, new PassageOptions { TargetCharacters = 42, OverlapSentences = 0 });
        Assert.Equal(["这条船属于船长。", "她在这里住了二十年！", "你知道吗？"], passages.Select(passage => passage.Text));
    }

    [Theory]
    [InlineData("Dr. Ida Lund lives here. She is 3.5 m tall.", 2)]
    [InlineData("J. R. Holm wrote it. Really?! \"Yes.\" He did.", 4)]
    [InlineData("Well... maybe. Well... Maybe not.", 3)]
    [InlineData("See e.g. the mill at www.example.org for more", 1)]
    [InlineData("今天很好。明天呢？「好。」再见", 4)]
    [InlineData("no punctuation at all", 1)]
    [InlineData("", 0)]
    public void SentencesAreSplit(string text, int count)
    {
        IReadOnlyList<Range> parts = Sentences.Split(text);
        Assert.Equal(count, parts.Count);
        Assert.Equal(text, string.Concat(parts.Select(part => text[part])));
    }

    /// <summary>For cues of every kind: no word is lost, order holds, times lie within the cues, and sizes are kept where sentences allow.</summary>
    [Fact]
    public void NoWordIsLostAndTimesAreOrdered()
    {
        var random = new Random(11);
        string[] stock = ["the", "boat", "Ida", "Dr.", "3.5", "ends.", "Why?", "well…", "stop!", "这条船。", "水", "\"Yes.\"", "a-very-long-" + new string('x', 90), "p.m.", "(so)"];
        for (int round = 0; round < 400; round++)
        {
            var cues = new List<SubtitleCue>();
            double time = 0;
            int number = 0;
            for (int i = 0; i < 1 + (round % 40); i++)
            {
                time += random.NextDouble() < 0.2 ? random.NextDouble() * 9 : 0;
                double length = 0.2 + (random.NextDouble() * 5), start = Math.Max(0, time - (random.NextDouble() < 0.2 ? 1 : 0));
                string text = string.Join(random.NextDouble() < 0.3 ? "\n" : " ", Enumerable.Range(0, 1 + random.Next(12)).Select(_ => stock[random.Next(stock.Length)] + (random.Next(3) == 0 ? $" w{number++}" : "")));
                cues.Add(new SubtitleCue(start, start + length, text));
                time += length;
            }

            var options = new PassageOptions
            {
                TargetCharacters = 40 + random.Next(400),
                TargetSeconds = 1 + (random.NextDouble() * 40),
                OverlapSentences = random.Next(4),
                PassageGapSeconds = 0.5 + random.Next(8),
            };
            IReadOnlyList<Passage> passages = Passages.From(cues, options);
            string all = string.Join('\n', passages.Select(passage => passage.Text));
            foreach (string word in cues.SelectMany(cue => cue.Text.Split([' ', '\n'])).Distinct()) Assert.Contains(word, all, StringComparison.Ordinal);

            double low = cues.Min(cue => cue.Start), high = cues.Max(cue => cue.End);
            Assert.All(passages, passage => Assert.True(passage.Start >= low - 1e-9 && passage.End <= high + 1e-9 && passage.Start <= passage.End && passage.Text.Length > 0));
            // Each passage brings something new, so their number is bounded by the sentences'.
            Assert.Equal(passages.Count, passages.Distinct().Count());

            IReadOnlyList<Passage> apart = Passages.From(cues, options with { OverlapSentences = 0 });
            string Letters(IEnumerable<string> texts) => string.Concat(texts.SelectMany(text => text).Where(letter => !char.IsWhiteSpace(letter)));
            Assert.Equal(Letters(cues.OrderBy(cue => cue.Start).Select(cue => cue.Text)), Letters(apart.Select(passage => passage.Text)));
        }
    }

    [Fact]
    public void ALongTalkWithoutPunctuationIsCutIntoPassages()
    {
        SubtitleCue[] cues = [.. Enumerable.Range(0, 500).Select(i => new SubtitleCue(i * 2, (i * 2) + 2, $"and then word{i} goes on and on"))];
        IReadOnlyList<Passage> passages = Passages.From(cues);
        Assert.All(passages, passage => Assert.InRange(passage.Text.Length, 20, 300));
        Assert.All(passages, passage => Assert.StartsWith("and then", passage.Text, StringComparison.Ordinal));
        Assert.All(Enumerable.Range(0, 500), i => Assert.Contains(passages, passage => passage.Text.Contains($"word{i} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void NothingGivesNothing()
    {
        Assert.Empty(Passages.From([]));
        Assert.Empty(Passages.From([new SubtitleCue(0, 1, " \n ")]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PassageOptions { TargetCharacters = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PassageOptions { TargetSeconds = double.NaN });
    }
}
