using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Tests.Ranking;

public sealed class DiversityTests
{
    private static readonly Arbitrary<List<Candidate>> Lists = Arb.From(
        from count in Gen.Choose(0, 30)
        from seed in Gen.Choose(0, int.MaxValue)
        select Make(count, seed));

    private static readonly Arbitrary<double> Diversities = Arb.From(Gen.Choose(0, 100).Select(x => x / 100.0));

    [Fact]
    public void Zero_keeps_the_order() => Prop.ForAll(
        Lists, list => new MaximalMarginalRelevance(100).Reorder(list, 0).SequenceEqual(list)).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_is_lost_or_doubled_and_the_best_stays_first() => Prop.ForAll(Lists, Diversities, (list, diversity) =>
    {
        List<Candidate> order = new MaximalMarginalRelevance(100).Reorder(list, diversity);
        return order.Count == list.Count && order.ToHashSet().SetEquals(list) && (list.Count == 0 || order[0] == list[0]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Below_the_depth_nothing_moves() => Prop.ForAll(Lists, Diversities, (list, diversity) =>
        new MaximalMarginalRelevance(5).Reorder(list, diversity).Skip(5).SequenceEqual(list.Skip(5))).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_place_goes_to_the_one_with_the_greatest_marginal_relevance() => Prop.ForAll(Lists, Diversities, (list, diversity) =>
    {
        // The paper's formula, evaluated afresh for every place.
        List<Candidate> order = new MaximalMarginalRelevance(100).Reorder(list, diversity);
        if (list.Count < 2)
            return true;
        double low = list.Min(c => c.Relevance), range = list.Max(c => c.Relevance) - low;
        double Value(Candidate candidate, int place) => ((1 - diversity) * (candidate.Relevance - low) / (range > 0 ? range : 1))
            - (place == 0 ? 0 : diversity * order.Take(place).Max(above => Vectors.Dot(above.Vector!, candidate.Vector!)));
        return Enumerable.Range(0, order.Count).All(place => order.Skip(place).All(other => Value(order[place], place) >= Value(other, place) - 1e-5));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_different_picture_overtakes_a_copy()
    {
        Candidate best = Vectors.Candidate(1, 1.0, Vectors.Unit(1, 0)), copy = Vectors.Candidate(2, 0.9, Vectors.Unit(1, 0.05f)), other = Vectors.Candidate(3, 0.0, Vectors.Unit(0, 1));
        Assert.Equal([1, 2, 3], Ids(new MaximalMarginalRelevance(10).Reorder([best, copy, other], 0.4)));
        Assert.Equal([1, 3, 2], Ids(new MaximalMarginalRelevance(10).Reorder([best, copy, other], 0.6)));
        Assert.Equal(0.6, copy.Explanation!.DiversityPenalty!.Value, 2);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Diversity_outside_0_to_1_is_refused(double diversity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaximalMarginalRelevance(10).Reorder([], diversity));

    private static IEnumerable<long> Ids(List<Candidate> list) => list.Select(candidate => candidate.ItemId);

    private static List<Candidate> Make(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => Vectors.Candidate(i + 1, random.NextDouble(), Vectors.Random(random, 4))).OrderByDescending(c => c.Relevance)];
    }
}
