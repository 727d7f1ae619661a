using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Tests.Ranking;

public sealed class CollapseTests
{
    private const int HashDistance = 6;
    private const double Similarity = 0.9, Alone = 0.995;

    // A few scenes, each with pictures at all distances from it: exact copies, re-saved ones, crops, other pictures of it.
    private static readonly Arbitrary<List<Candidate>> Lists = Arb.From(
        from count in Gen.Choose(0, 40)
        from seed in Gen.Choose(0, int.MaxValue)
        select Make(count, seed));

    [Fact]
    public void No_two_that_stay_are_duplicates_and_each_that_goes_is_one_of_a_better_one() => Prop.ForAll(Lists, candidates =>
    {
        List<Candidate> kept = new NearDuplicateCollapse(HashDistance, Similarity, Alone).Collapse(candidates);
        HashSet<long> ids = [.. kept.Select(candidate => candidate.ItemId)];
        bool noTwo = !kept.Exists(a => kept.Exists(b => a != b && AreDuplicates(a, b)));
        bool eachOfABetterOne = candidates.Where(candidate => !ids.Contains(candidate.ItemId)).All(gone =>
            kept.Exists(leader => leader.Collapsed.Contains(gone.ItemId) && AreDuplicates(leader, gone) && candidates.IndexOf(leader) < candidates.IndexOf(gone)));
        bool inOrder = kept.SequenceEqual(candidates.Where(candidate => ids.Contains(candidate.ItemId)));
        bool eachOnce = kept.Sum(candidate => 1 + candidate.Collapsed.Count) == candidates.Count;
        return noTwo && eachOfABetterOne && inOrder && eachOnce;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Similarities_to_the_query_only_save_work() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
    {
        Random random = new(seed);
        float[] query = Vectors.Random(random, 8);
        List<Candidate> plain = Make(30, seed), scored = Make(30, seed);
        foreach (Candidate candidate in scored)
            candidate.ExactScore = Vectors.Dot(query, candidate.Vector!);
        NearDuplicateCollapse collapse = new(HashDistance, Similarity, Alone);
        return collapse.Collapse(plain).Select(c => c.ItemId).SequenceEqual(collapse.Collapse(scored).Select(c => c.ItemId));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_close_hash_alone_does_not_make_a_duplicate()
    {
        // Two flat skies hash alike and show different things.
        Candidate sky = Vectors.Candidate(1, 1, Vectors.Unit(1, 0), hash: 0xF0F0), sea = Vectors.Candidate(2, 0.9, Vectors.Unit(0, 1), hash: 0xF0F0);
        Assert.Equal(2, new NearDuplicateCollapse(HashDistance, Similarity, Alone).Collapse([sky, sea]).Count);
    }

    [Fact]
    public void A_very_close_vector_does_where_there_is_no_hash()
    {
        Candidate shot = Vectors.Candidate(1, 1, Vectors.Unit(1, 0)), next = Vectors.Candidate(2, 0.9, Vectors.Unit(1, 0.01f)), other = Vectors.Candidate(3, 0.8, Vectors.Unit(1, 0.4f));
        Assert.Equal([1, 3], new NearDuplicateCollapse(HashDistance, Similarity, Alone).Collapse([shot, next, other]).Select(c => c.ItemId));
        Assert.Contains("similarity 1.000", shot.Explanation!.Duplicates[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_each_asset_the_best_item_stays()
    {
        List<Candidate> kept = AssetCollapse.Collapse(
            [Vectors.Candidate(1, asset: 10), Vectors.Candidate(2, asset: 20), Vectors.Candidate(3, asset: 10), Vectors.Candidate(4, asset: 20), Vectors.Candidate(5, asset: 30)]);
        Assert.Equal([1, 2, 5], kept.Select(candidate => candidate.ItemId));
        Assert.Equal([3], kept[0].Collapsed);
        Assert.Equal("same asset", kept[1].Explanation!.Duplicates.Single().Reason);
    }

    // The definition of RankingOptions once more, in other words.
    internal static bool AreDuplicates(Candidate a, Candidate b)
    {
        double cosine = Vectors.Dot(a.Vector!, b.Vector!);
        ulong x = a.Record!.Asset.PerceptualHash, y = b.Record!.Asset.PerceptualHash;
        bool closeHash = x != 0 && y != 0 && BitOperations.PopCount(x ^ y) <= HashDistance;
        return cosine >= Alone || (closeHash && cosine >= Similarity);
    }

    private static List<Candidate> Make(int count, int seed)
    {
        Random random = new(seed);
        (float[] Vector, ulong Hash)[] scenes = [.. Enumerable.Range(0, 5).Select(_ => (Vectors.Random(random, 8), (ulong)random.NextInt64(1, long.MaxValue)))];
        double[] noises = [0, 0.02, 0.2, 0.6, 1.5];
        List<Candidate> list = [];
        for (int i = 0; i < count; i++)
        {
            (float[] vector, ulong hash) = scenes[random.Next(scenes.Length)];
            for (int flips = random.Next(10); flips > 0; flips--)
                hash ^= 1ul << random.Next(64);
            list.Add(Vectors.Candidate(i + 1, 1 - (i * 0.01), Vectors.Near(random, vector, noises[random.Next(noises.Length)]), random.Next(4) == 0 ? 0 : hash));
        }

        return list;
    }
}
