using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Tests.Ranking;

public sealed class MatchScoreTests
{
    private static readonly MatchCurves Curves = new()
    {
        PictureToPicture = new MatchCurve(0.5, 10),
        TextToPicture = new MatchCurve(0.2, 10),
        Composed = new MatchCurve(0.4, 10),
        WordsCeiling = 0.9,
    };

    [Theory]
    [InlineData(MatchKind.PictureToPicture, 0.5f, 50)]
    [InlineData(MatchKind.PictureToPicture, 0.6f, 74)] // 0.7311 / 0.9933
    [InlineData(MatchKind.PictureToPicture, 1f, 100)]
    [InlineData(MatchKind.TextToPicture, 0.2f, 50)]
    [InlineData(MatchKind.TextToPicture, 0.3f, 73)] // 1 / (1 + exp(-1)) = 0.731
    [InlineData(MatchKind.Composed, 0.4f, 50)]
    [InlineData(MatchKind.Composed, -1f, 0)]
    public void Each_kind_of_query_has_its_own_curve(MatchKind kind, float cosine, int expected)
    {
        Candidate candidate = Vectors.Candidate(1);
        candidate.ExactScore = cosine;
        new MatchScore(Curves).Apply([candidate], kind, null);
        Assert.Equal(expected, candidate.Match);
    }

    [Theory]
    [InlineData("red boat", 90)]
    [InlineData("the red boats", 90)]
    [InlineData("red car", 23)] // half of the words: 0.9 · 0.25 = 0.225
    [InlineData("green car", 0)]
    [InlineData("the", 90)]
    [InlineData("harb", 23)] // only the beginning of a word
    public void Words_count_by_the_share_that_is_found(string words, int expected)
    {
        Candidate candidate = new(1) { Record = new ItemRecord(new Item(), new Asset { Path = "/x", Title = "The red one", Tags = ["Boat"], Text = "In a harbour." }) };
        new MatchScore(Curves).Apply([candidate], MatchKind.Words, words);
        Assert.Equal(expected, candidate.Match);
    }

    [Fact]
    public void Words_and_similarity_are_independent_evidence_for_a_query_in_words()
    {
        Candidate candidate = Vectors.Candidate(1, title: "boat");
        candidate.ExactScore = 0.2f;
        new MatchScore(Curves).Apply([candidate], MatchKind.TextToPicture, "boat");
        Assert.Equal(95, candidate.Match); // 1 - 0.5 · 0.1
    }

    [Fact]
    public void A_caption_lifts_an_unlike_picture_no_further_than_half_way()
    {
        Candidate candidate = Vectors.Candidate(1, title: "boat");
        candidate.ExactScore = -1;
        new MatchScore(Curves).Apply([candidate], MatchKind.Composed, "boat");
        Assert.Equal(45, candidate.Match);
    }

    [Fact]
    public void A_curve_reads_25_at_chance_90_at_a_clear_match_and_100_for_the_same_picture()
    {
        MatchCurve curve = MatchCurve.Through(0.6, 0.8);
        Assert.Equal(0.25, curve.At(0.6), 2);
        Assert.Equal(0.9, curve.At(0.8), 2);
        Assert.Equal(1, curve.At(1));
        Assert.InRange(curve.At(-1), 0, 0.001);
        Assert.All(Enumerable.Range(-20, 40), i => Assert.True(curve.At(i / 20.0) < curve.At((i + 1) / 20.0)));
    }

    [Theory]
    [InlineData(0.8, 0.6)]
    [InlineData(0.5, 0.5)]
    [InlineData(double.NaN, 0.5)]
    public void A_model_that_cannot_tell_right_from_wrong_has_no_curve(double chance, double clear) =>
        Assert.Throws<ArgumentException>(() => MatchCurve.Through(chance, clear));
}
