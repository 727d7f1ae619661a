using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Evaluation;

namespace VisualSearch.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    private static readonly Arbitrary<int[]> Grades = Arb.From(Gen.Choose(0, 3).ArrayOf());

    [Fact]
    public void Ndcg_is_as_in_the_textbook_example()
    {
        // The worked example of "Discounted cumulative gain" in Wikipedia: 3 2 3 0 1 2 with 3 3 3 2 2 2 1 0 in all.
        int[] ranked = [3, 2, 3, 0, 1, 2], judged = [3, 3, 3, 2, 2, 2, 1, 0];
        Assert.Equal(0.785, RankingMetrics.Ndcg(ranked, judged, 6), 3);
    }

    [Fact]
    public void Ndcg_by_hand()
    {
        // DCG = 0 + 1/log2(3) + 2/log2(4) = 0.6309 + 1; ideal = 2 + 1/log2(3).
        Assert.Equal((0.63092975 + 1) / (2 + 0.63092975), RankingMetrics.Ndcg([0, 1, 2], [1, 2], 10), 7);
        // 2^2 - 1 = 3 in place of 2.
        Assert.Equal((0.63092975 + 1.5) / (3 + 0.63092975), RankingMetrics.Ndcg([0, 1, 2], [1, 2], 10, NdcgGain.Exponential), 7);
        Assert.Equal(0.63092975 / (2 + 0.63092975), RankingMetrics.Ndcg([0, 1, 2], [1, 2], 2), 7);
    }

    [Fact]
    public void The_others_by_hand()
    {
        int[] ranked = [0, 2, 0, 1, 1];
        Assert.Equal(0.5, RankingMetrics.ReciprocalRank(ranked));
        Assert.Equal(0.5, RankingMetrics.Precision(ranked, 4));
        Assert.Equal(0.3, RankingMetrics.Precision(ranked, 10), 12);
        Assert.Equal(0.5, RankingMetrics.Recall(ranked, 4, 4));
        Assert.Equal(((1.0 / 2) + (2.0 / 4) + (3.0 / 5)) / 4, RankingMetrics.AveragePrecision(ranked, 4), 12);
    }

    [Fact]
    public void Nothing_relevant_gives_zero_and_not_a_number()
    {
        Assert.Equal(0, RankingMetrics.Ndcg([0, 0], [0], 10));
        Assert.Equal(0, RankingMetrics.Ndcg([], [], 10));
        Assert.Equal(0, RankingMetrics.Recall([0], 0, 10));
        Assert.Equal(0, RankingMetrics.AveragePrecision([0], 0));
        Assert.Equal(0, RankingMetrics.ReciprocalRank([0, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RankingMetrics.Precision([1], 0));
    }

    [Fact]
    public void The_ideal_order_has_ndcg_1() => Prop.ForAll(Grades, grades =>
        grades.All(grade => grade == 0) ||
        Math.Abs(RankingMetrics.Ndcg([.. grades.OrderDescending()], grades, 10) - 1) < 1e-12).QuickCheckThrowOnFailure();

    [Fact]
    public void Ndcg_is_between_0_and_1_and_grows_when_a_better_one_moves_up() => Prop.ForAll(Grades, Arb.From(Gen.Choose(0, 50)), (grades, at) =>
    {
        double ndcg = RankingMetrics.Ndcg(grades, grades, 100);
        if (ndcg is < 0 or > 1 + 1e-12)
            return false;
        if (at + 1 >= grades.Length || grades[at] >= grades[at + 1])
            return true;
        int[] swapped = [.. grades];
        (swapped[at], swapped[at + 1]) = (swapped[at + 1], swapped[at]);
        return RankingMetrics.Ndcg(swapped, grades, 100) > ndcg;
    }).QuickCheckThrowOnFailure();
}
