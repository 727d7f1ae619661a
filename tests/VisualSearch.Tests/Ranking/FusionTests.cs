using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Tests.Ranking;

public sealed class FusionTests
{
    // Whole numbers stay distinct under every transformation used here, so that rounding can't make ties.
    private static readonly Gen<double?[]> Column = Gen.OneOf(
        Gen.Choose(-500, 500).Select(x => (double?)x), Gen.Constant((double?)null)).ArrayOf();

    private static readonly Arbitrary<(double?[] Visual, double?[] Text)> Columns = Arb.From(
        from visual in Column
        from text in Column
        let count = Math.Min(visual.Length, text.Length)
        select (visual[..count], text[..count]));

    private static readonly ListCurves Curves = new(new MatchCurve(0.5, 20), new MatchCurve(0.6, 8), new MatchCurve(0.75, 20));

    private static readonly Func<double, double>[] Rising =
        [x => (3 * x) + 7, x => x * x * x, x => Math.Exp(x / 100), x => Math.Atan(x / 100), x => x / 1e6];

    [Fact]
    public void Reciprocal_ranks_are_added_up_as_in_the_paper()
    {
        // Candidate 0: place 1 and 2; 1: place 2 only; 2: place 1 of the words only. Divided by 2/61, the best there can be.
        double[] scores = new ReciprocalRankFusion(60).Scores(new FusionLists([0.9, 0.8, null], [3.0, null, 7.0]));
        Assert.Equal([((1.0 / 61) + (1.0 / 62)) / (2.0 / 61), 1.0 / 62 / (2.0 / 61), 0.5], scores, Close);
    }

    [Fact]
    public void Weights_and_constant_of_reciprocal_ranks_count()
    {
        double[] scores = new ReciprocalRankFusion(1, 3, 1).Scores(new FusionLists([0.5, 0.4], [1, 2]));
        // (3/2 + 1/3) and (3/3 + 1/2), over the best there can be, 4/2.
        Assert.Equal([(1.5 + (1.0 / 3)) / 2, 1.5 / 2], scores, Close);
    }

    [Fact]
    public void A_list_that_found_some_of_the_words_only_says_little()
    {
        double[] poor = new WeightedFusion().Scores(new FusionLists([0.9, 0.1], [1.0, 1.2], [], BestText: 20));
        Assert.True(poor[0] > poor[1], $"{poor[0]} and {poor[1]}");
        double[] sure = new WeightedFusion(1, 2).Scores(new FusionLists([0.9, 0.1], [1.0, 12], [], BestText: 20));
        Assert.True(sure[1] > sure[0], $"{sure[0]} and {sure[1]}");
    }

    [Fact]
    public void The_chance_that_any_list_is_right_is_what_is_left_when_all_are_wrong()
    {
        double[] scores = new CalibratedFusion(1, 1, 0.5).Scores(new FusionLists([0.5, 0.5, null], [10, null, null], [0.8, null, 0.8], BestText: 20, Curves));
        double seen = Curves.Visual.At(0.5), said = Curves.Text.At(0.5), meant = 0.5 * Curves.Passages.At(0.8);
        Assert.Equal([1 - ((1 - seen) * (1 - said) * (1 - meant)), seen, meant], scores, Close);
        Assert.Equal(scores, new CalibratedFusion(4, 4, 2).Scores(new FusionLists([0.5, 0.5, null], [10, null, null], [0.8, null, 0.8], BestText: 20, Curves)), Close);
    }

    [Fact]
    public void The_best_of_poor_pictures_does_not_come_before_sure_words()
    {
        double?[] pictures = [.. Enumerable.Range(0, 10).Select(static i => (double?)(0.3 - (0.01 * i))), null];
        double?[] words = [.. Enumerable.Repeat((double?)null, 10), 15];
        FusionLists lists = new(pictures, words, [], BestText: 20, Curves);
        Assert.Equal(10, Array.IndexOf(new CalibratedFusion().Scores(lists), new CalibratedFusion().Scores(lists).Max()));
        FusionLists poorWords = lists with { Text = [.. words.Select(static score => score / 10)] };
        Assert.Equal(0, Array.IndexOf(new CalibratedFusion().Scores(poorWords), new CalibratedFusion().Scores(poorWords).Max()));
    }

    [Fact]
    public void Texts_that_answer_more_than_all_words_keep_their_order()
    {
        double[] scores = new CalibratedFusion().Scores(new FusionLists([null, null], [40, 30], [], BestText: 20, Curves));
        Assert.True(scores[0] > scores[1], $"{scores[0]} and {scores[1]}");
    }

    [Fact]
    public void Equal_scores_share_a_rank_and_push_the_next_one_down()
    {
        double[] scores = new ReciprocalRankFusion(60, 1, 0).Scores(new FusionLists([0.5, 0.7, 0.5, 0.1], [null, null, null, null]));
        Assert.Equal([61.0 / 62, 1, 61.0 / 62, 61.0 / 64], scores, Close);
    }

    [Fact]
    public void Weighted_scores_are_mapped_from_lowest_to_highest()
    {
        double[] scores = new WeightedFusion(3, 1).Scores(new FusionLists([0.2, 0.6, 0.4], [null, 5, 9]));
        Assert.Equal([0, 0.75, (0.75 * 0.5) + 0.25], scores, Close);
    }

    [Fact]
    public void Z_scores_are_cut_at_three_deviations()
    {
        // Mean 2, deviation sqrt(2): 0 is at -sqrt(2) deviations of the six that span 0..1.
        double[] scores = new WeightedFusion(1, 0, ScoreNormalization.ZScore).Scores(new FusionLists([0, 1, 2, 3, 4], [null, null, null, null, null]));
        Assert.Equal([0.5 - (Math.Sqrt(2) / 6), 0.5 - (Math.Sqrt(0.5) / 6), 0.5, 0.5 + (Math.Sqrt(0.5) / 6), 0.5 + (Math.Sqrt(2) / 6)], scores, Close);
        double[] outlier = new WeightedFusion(1, 0, ScoreNormalization.ZScore).Scores(new FusionLists(
            [.. Enumerable.Repeat((double?)0, 99), 1000], [.. Enumerable.Repeat((double?)null, 100)]));
        Assert.Equal(1, outlier[^1]);
    }

    [Fact]
    public void Reciprocal_ranks_do_not_depend_on_the_scale_of_scores() => Prop.ForAll(
        Columns,
        Arb.From(Gen.Elements(Rising).Two()),
        (columns, transformations) =>
        {
            ReciprocalRankFusion fusion = new(60, 1, 2);
            (Func<double, double> f, Func<double, double> g) = transformations;
            double[] plain = fusion.Scores(new FusionLists(columns.Visual, columns.Text));
            double[] scaled = fusion.Scores(new FusionLists([.. columns.Visual.Select(x => x is { } y ? f(y) : (double?)null)], [.. columns.Text.Select(x => x is { } y ? g(y) : (double?)null)]));
            return plain.SequenceEqual(scaled);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(ScoreNormalization.MinMax)]
    [InlineData(ScoreNormalization.ZScore)]
    public void Weighted_fusion_does_not_depend_on_unit_and_origin_of_scores(ScoreNormalization normalization) => Prop.ForAll(
        Columns,
        Arb.From(from factor in Gen.Choose(1, 1000) from shift in Gen.Choose(-1000, 1000) select (Factor: factor / 10.0, Shift: (double)shift)),
        (columns, map) =>
        {
            WeightedFusion fusion = new(1, 2, normalization);
            double[] plain = fusion.Scores(new FusionLists(columns.Visual, columns.Text));
            double[] scaled = fusion.Scores(new FusionLists([.. columns.Visual.Select(x => (map.Factor * x) + map.Shift)], columns.Text));
            return plain.Zip(scaled).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fused_scores_are_between_0_and_1_and_never_fall_when_a_candidate_gets_better() => Prop.ForAll(
        Columns,
        Arb.From(Gen.Choose(0, 1000)),
        (columns, pick) =>
        {
            foreach (IFusion fusion in new IFusion[] { new ReciprocalRankFusion(), new WeightedFusion(), new WeightedFusion(1, 1, ScoreNormalization.ZScore), new CalibratedFusion(1, 2) })
            {
                double[] scores = fusion.Scores(new FusionLists(columns.Visual, columns.Text, [], BestText: 100, Curves));
                if (scores.Any(score => score is < 0 or > 1 + 1e-12))
                    return false;
            }

            if (columns.Visual.Length == 0)
                return true;
            int chosen = pick % columns.Visual.Length;
            double?[] better = [.. columns.Visual];
            better[chosen] = 1000;
            return new IFusion[] { new ReciprocalRankFusion(), new CalibratedFusion() }.All(fusion =>
                fusion.Scores(new FusionLists(better, columns.Text, [], BestText: 100, Curves))[chosen] >= fusion.Scores(new FusionLists(columns.Visual, columns.Text, [], BestText: 100, Curves))[chosen]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_lists_become_one_with_every_item_once()
    {
        List<Candidate> fused = new CandidateFusion(new ReciprocalRankFusion()).Fuse(
            new RetrievedLists([new ScoredItem(7, 0.9f), new ScoredItem(3, 0.8f), new ScoredItem(5, 0.7f)], [new ScoredItem(5, 4f), new ScoredItem(9, 2f)], []), explain: true);
        Assert.Equal([5, 7, 3, 9], fused.Select(candidate => candidate.ItemId));
        Assert.Equal((0.7f, 3, 4f, 1), (fused[0].VisualScore, fused[0].VisualRank, fused[0].TextScore, fused[0].TextRank));
        Assert.Null(fused[3].VisualScore);
        Assert.Equal(1, fused[0].Explanation!.WordRank);
        Assert.Equal(fused[0].FusedScore, fused[0].Explanation!.FusedScore);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Weights_that_mean_nothing_are_refused(double visual, double text)
    {
        Assert.Throws<ArgumentException>(() => new CalibratedFusion(visual, text));
        Assert.Throws<ArgumentException>(() => new WeightedFusion(visual, text));
        Assert.Throws<ArgumentException>(() => new ReciprocalRankFusion(60, visual, text));
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;
}
