using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>A traced search tells of a walk that can have happened, and finds what the same search finds untraced.</summary>
public sealed class WalkTraceTests
{
    private const int Dimension = 24;
    private const int Count = 6000;
    private const int K = 10;

    [Theory]
    [InlineData("hnsw", Metric.Cosine)]
    [InlineData("hnsw", Metric.L2)]
    [InlineData("hnsw-narrow", Metric.Cosine)]
    [InlineData("hnsw-f32", Metric.Cosine)]
    [InlineData("hnsw-f32", Metric.L2)]
    public void Trace_finds_what_search_finds_by_a_way_that_links_lead(string kind, Metric metric)
    {
        using HnswIndex index = Filled(kind, metric);
        float[] queries = new EmbeddingLike(Dimension).Make(20, seed: 5);
        IdSet half = IdSet.FromIds(Enumerable.Range(0, Count / 2).Select(i => (ulong)i * 2));
        IdSet third = IdSet.FromIds(Enumerable.Range(0, Count / 3).Select(i => (ulong)i * 3));
        SearchParameters[] kinds =
        [
            default,
            new() { EfSearch = 1 },
            new() { EfSearch = 200 },
            new() { EfSearch = 40, SkipRescoring = true },
            new() { EfSearch = 10, Filter = half },
            new() { EfSearch = 10, Filter = third },
        ];
        for (int q = 0; q < 20; q++)
        {
            ReadOnlySpan<float> query = queries.AsSpan(q * Dimension, Dimension);
            foreach (SearchParameters parameters in kinds)
            {
                Neighbor[] searched = new Neighbor[K], traced = new Neighbor[K];
                int found = index.Search(query, searched, parameters);
                WalkTrace trace = index.Trace(query, traced, parameters);
                Assert.Equal(found, trace.Found);
                Assert.Equal(searched, traced);
                Assert.Equal(0, trace.Scanned);
                AssertPossible(trace, index.GetStatistics().NodesPerLevel.Count - 1);
                AssertResultsWereMet(trace, traced);
                Assert.Equal(parameters.SkipRescoring, trace.Rescored == 0);
                Assert.True(parameters.SkipRescoring || trace.Rescored >= K);
            }
        }
    }

    [Fact]
    public void A_wider_beam_visits_more()
    {
        using HnswIndex index = Filled("hnsw", Metric.Cosine);
        float[] query = new EmbeddingLike(Dimension).Make(1, seed: 6);
        var results = new Neighbor[K];
        int[] distances = [.. new[] { 10, 40, 160, 640 }.Select(ef => index.Trace(query, results, new SearchParameters { EfSearch = ef }).Distances)];
        Assert.Equal(distances.Order().Distinct(), distances);
        Assert.True(distances[^1] <= Count + (40 * index.GetStatistics().NodesPerLevel.Count));
    }

    [Fact]
    public void An_exact_scan_has_no_way_to_show()
    {
        using HnswIndex index = Filled("hnsw", Metric.Cosine);
        float[] query = new EmbeddingLike(Dimension).Make(1, seed: 6);
        WalkTrace trace = index.Trace(query, new Neighbor[K], new SearchParameters { Filter = IdSet.FromIds([1, 2, 3]) });
        Assert.Empty(trace.Hops);
        Assert.Equal((3, 3), (trace.Found, trace.Scanned));
        using var empty = new HnswIndex(Dimension, Metric.Cosine);
        WalkTrace nothing = empty.Trace(query, new Neighbor[K]);
        Assert.Empty(nothing.Hops);
        Assert.Equal((0, 0, 0), (nothing.Found, nothing.Distances, nothing.Scanned));
    }

    [Fact]
    public void Skipping_rescoring_keeps_the_order_of_the_codes()
    {
        using HnswIndex coded = Filled("hnsw", Metric.L2), exact = Filled("hnsw-f32", Metric.L2);
        float[] queries = new EmbeddingLike(Dimension).Make(50, seed: 9);
        float[] vectors = Vectors();
        var parameters = new SearchParameters { EfSearch = 200, SkipRescoring = true };
        double rescored = BruteForce.Recall(coded, vectors, queries, K, new SearchParameters { EfSearch = 200 });
        double skipped = BruteForce.Recall(coded, vectors, queries, K, parameters);
        Assert.True(skipped < rescored, $"Recall is {skipped:F3} without rescoring and {rescored:F3} with it.");
        Assert.Equal(
            BruteForce.Recall(exact, vectors, queries, K, new SearchParameters { EfSearch = 200 }), BruteForce.Recall(exact, vectors, queries, K, parameters));
    }

    [Fact]
    public void Bad_queries_are_refused_as_by_search()
    {
        using HnswIndex index = Filled("hnsw", Metric.Cosine);
        Assert.Throws<ArgumentException>(() => index.Trace([1, 2], new Neighbor[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Trace(new float[Dimension], new Neighbor[1], new SearchParameters { EfSearch = -1 }));
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => index.Trace(new float[Dimension], new Neighbor[1]));
    }

    private static void AssertPossible(WalkTrace trace, int topLevel)
    {
        ulong entry = trace.Hops[0].Id;
        Assert.Equal(topLevel, trace.Hops[0].Level);
        ulong fromAbove = entry;
        var descended = float.PositiveInfinity;
        foreach (IGrouping<int, WalkHop> level in trace.Hops.GroupBy(hop => hop.Level))
        {
            Assert.True(level.Key <= topLevel);
            topLevel = level.Key - 1;
            Assert.True(level.First().Id == fromAbove || (level.Key == 0 && level.First().Id == entry));
            HashSet<ulong> reached = [fromAbove, entry];
            foreach (WalkHop hop in level)
            {
                Assert.True(reached.Contains(hop.Id), $"Hop to {hop.Id} on level {level.Key} follows no link.");
                reached.UnionWith(hop.Neighbors.Where(node => node.Kept).Select(node => node.Id));
                if (level.Key == 0)
                    continue;

                // Greedy: each hop is nearer than the one before, and goes to the nearest neighbour met, or down when none is nearer.
                Assert.True(hop.Distance <= descended);
                descended = hop.Distance;
                WalkNode[] nearer = [.. hop.Neighbors.Where(node => node.Kept)];
                Assert.All(nearer, node => Assert.True(node.Distance < hop.Distance));
                if (nearer.Length > 0)
                    fromAbove = nearer[^1].Id;
            }

            // On level 0 nothing is scored twice, nor expanded twice.
            if (level.Key == 0)
            {
                ulong[] met = [.. level.SelectMany(hop => hop.Neighbors).Select(node => node.Id)];
                Assert.Equal(met.Length, met.Distinct().Count());
                Assert.Equal(level.Count(), level.Select(hop => hop.Id).Distinct().Count());
            }
        }

        Assert.Equal(-1, topLevel);
        int entries = 2 + (fromAbove == entry ? 0 : 1);
        Assert.Equal(trace.Hops.Sum(hop => hop.Neighbors.Count) + entries, trace.Distances);
    }

    private static void AssertResultsWereMet(WalkTrace trace, Neighbor[] results)
    {
        HashSet<ulong> met = [.. trace.Hops.Where(hop => hop.Level == 0).Select(hop => hop.Id)];
        met.UnionWith(trace.Hops.Where(hop => hop.Level == 0).SelectMany(hop => hop.Neighbors).Where(node => node.Kept).Select(node => node.Id));
        Assert.All(results.Take(trace.Found), result => Assert.Contains(result.Id, met));
    }

    private static float[] Vectors() => new EmbeddingLike(Dimension).Make(Count, seed: 8);

    private static HnswIndex Filled(string kind, Metric metric)
    {
        var index = (HnswIndex)VectorIndexTests.Create(kind, Dimension, metric);
        index.AddRange([.. Enumerable.Range(0, Count).Select(i => (ulong)i)], Vectors(), maxDegreeOfParallelism: 1);
        return index;
    }
}
