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
    [InlineData(MatchKind.PictureToPicture, 1f, 99)]
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
    public void A_fitted_curve_finds_the_middle_between_right_and_wrong_scores()
    {
        // Two normal distributions of one width, N(0.6, 0.1) and N(0.2, 0.1): theory gives the middle 0.4 and the slope
        // (0.6 - 0.2) / 0.1² = 40.
        Random random = new(1);
        double Normal(double mean) => mean + (0.1 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        MatchCurve curve = MatchCalibration.Fit([.. Enumerable.Range(0, 20_000).Select(_ => Normal(0.6))], [.. Enumerable.Range(0, 20_000).Select(_ => Normal(0.2))]);
        Assert.InRange(curve.Middle, 0.39, 0.41);
        Assert.InRange(curve.Slope, 36, 44);
    }

    [Fact]
    public void A_fit_of_separable_or_uneven_samples_stays_finite_and_weighs_both_sides_alike()
    {
        MatchCurve separable = MatchCalibration.Fit([0.8, 0.9], [0.1, 0.2]);
        Assert.InRange(separable.Middle, 0.3, 0.7);
        Assert.InRange(separable.Slope, 1, 1000);
        MatchCurve uneven = MatchCalibration.Fit([0.6], [.. Enumerable.Repeat(0.2, 1000)]);
        Assert.InRange(uneven.Middle, 0.3, 0.5);
    }

    [Fact]
    public void A_fit_needs_scores_of_both_kinds_that_tell_them_apart()
    {
        Assert.Throws<ArgumentException>(() => MatchCalibration.Fit([], [0.1]));
        Assert.Throws<ArgumentException>(() => MatchCalibration.Fit([0.5], [double.NaN]));
        Assert.Throws<ArgumentException>(() => MatchCalibration.Fit([0.1, 0.2], [0.8, 0.9]));
    }
}
