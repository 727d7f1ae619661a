using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// A filter is made into a bitmap once and used by many searches. These tests keep one filter while the index changes under it, and hold
/// every answer against brute force over what the index holds at that moment.
/// </summary>
public sealed class FilterTests
{
    private const int Dimension = 24;

    [Theory]
    [InlineData("hnsw")]
    [InlineData("hnsw-f32")]
    [InlineData("hnsw-narrow")]
    public void A_filter_follows_additions_replacements_and_removals(string kind)
    {
        using var index = (HnswIndex)VectorIndexTests.Create(kind, Dimension, Metric.L2);
        var data = new EmbeddingLike(Dimension);
        var held = new Dictionary<ulong, float[]>();
        var random = new Random(3);
        IdSet filter = IdSet.FromIds(Enumerable.Range(0, 3000).Where(i => i % 3 != 1).Select(i => (ulong)i));
        for (int step = 0; step < 40; step++)
        {
            float[] vectors = data.Make(60, seed: step);
            for (int i = 0; i < 60; i++)
            {
                ulong id = (ulong)random.Next(Math.Min(3000, 200 + (step * 60)));
                float[] vector = vectors[(i * Dimension)..((i + 1) * Dimension)];
                if (random.Next(4) == 0 && held.Remove(id))
                {
                    Assert.True(index.Remove(id));
                    continue;
                }

                index.Add(id, vector);
                held[id] = vector;
            }

            if (step % 13 == 12)
                index.Compact();
            AssertNearestAllowed(index, held, filter, data.Make(1, seed: 1000 + step));
        }
    }

    [Fact]
    public void A_filter_survives_more_commits_than_are_remembered()
    {
        using var index = new HnswIndex(Dimension, Metric.L2, new HnswOptions { EfConstruction = 20 });
        var data = new EmbeddingLike(Dimension);
        var held = new Dictionary<ulong, float[]>();
        IdSet filter = IdSet.FromIds(Enumerable.Range(0, 20_000).Where(i => i % 2 == 0).Select(i => (ulong)i));
        for (int part = 0; part < 3; part++)
        {
            // 6,000 in one go: more than the 4,096 commits that can be followed, and more than the first bitmap has room for.
            float[] vectors = data.Make(6000, seed: part);
            ulong[] ids = [.. Enumerable.Range(part * 6000, 6000).Select(i => (ulong)i)];
            index.AddRange(ids, vectors);
            for (int i = 0; i < ids.Length; i++)
                held[ids[i]] = vectors[(i * Dimension)..((i + 1) * Dimension)];
            AssertNearestAllowed(index, held, filter, data.Make(1, seed: 50 + part));
        }
    }

    [Fact]
    public void A_changed_filter_counts_as_it_is_now()
    {
        using HnswIndex index = Filled(out Dictionary<ulong, float[]> held);
        float[] query = new EmbeddingLike(Dimension).Make(1, seed: 77);
        IdSet filter = IdSet.FromIds(held.Keys.Where(id => id % 2 == 0));
        AssertNearestAllowed(index, held, filter, query);
        filter.IntersectWith(IdSet.FromIds(held.Keys.Where(id => id % 3 == 0)));
        AssertNearestAllowed(index, held, filter, query);
        filter.Add(1);
        filter.Remove(0);
        AssertNearestAllowed(index, held, filter, query);
    }

    /// <summary>Equal vectors share one node of the graph, which may be the one that is not allowed.</summary>
    [Fact]
    public void Twins_of_a_node_that_is_not_allowed_are_found()
    {
        using HnswIndex index = Filled(out Dictionary<ulong, float[]> held);
        foreach (ulong id in held.Keys.ToArray())
        {
            index.Add(id + 100_000, held[id]);
            held[id + 100_000] = held[id];
        }

        IdSet twins = IdSet.FromIds(held.Keys.Where(id => id >= 100_000 && id % 3 == 0));
        for (int seed = 0; seed < 10; seed++)
            AssertNearestAllowed(index, held, twins, new EmbeddingLike(Dimension).Make(1, seed: 200 + seed));
    }

    /// <summary>At a narrow beam, where a walk of two hops and not a scan answers: as good as without the filter.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.35)]
    [InlineData(0.6)]
    public void A_narrow_beam_finds_as_much_with_a_filter_as_without(double share)
    {
        const int Count = 8000;
        var data = new EmbeddingLike(Dimension);
        float[] vectors = data.Make(Count, seed: 5), queries = data.Make(100, seed: 6);
        using var index = new HnswIndex(Dimension, Metric.L2);
        index.AddRange([.. Enumerable.Range(0, Count).Select(i => (ulong)i)], vectors);
        var random = new Random(8);
        IdSet filter = IdSet.FromIds(Enumerable.Range(0, Count).Where(_ => random.NextDouble() < share).Select(i => (ulong)i));
        Assert.Equal(0, index.Trace(queries.AsSpan(0, Dimension), new Neighbor[5], new SearchParameters { EfSearch = 10, Filter = filter }).Scanned);
        double without = BruteForce.Recall(index, vectors, queries, 5, new SearchParameters { EfSearch = 10 });
        double with = BruteForce.Recall(index, vectors, queries, 5, new SearchParameters { EfSearch = 10, Filter = filter }, filter.Contains);
        Assert.True(with >= without - 0.03, $"recall@5 is {with:F3} with the filter and {without:F3} without");
    }

    /// <summary>
    /// A filter that turns away from the query starts walks at seeds from all over the index. What is found first here has copies, and
    /// copies are among the seeds.
    /// </summary>
    [Fact]
    public void A_walk_from_seeds_finds_no_twin_twice()
    {
        const int Count = 6000, Twinned = 30, Copies = 5, K = 10, Queries = 4;
        float[] vectors = new EmbeddingLike(Dimension).Make(Count, seed: 5);
        using var index = new HnswIndex(Dimension, Metric.L2);
        index.AddRange([.. Enumerable.Range(0, Count).Select(i => (ulong)i)], vectors);
        ulong next = Count;
        var filters = new List<IdSet>();
        for (int q = 0; q < Queries; q++)
        {
            float[] query = QueryAt(q);
            int[] far = [.. Enumerable.Range(0, Count)
                .OrderBy(i => BruteForce.Distance(query, vectors.AsSpan(i * Dimension, Dimension), Metric.L2)).Skip(Count / 4).Take(Count / 2)];
            ulong firstCopy = next;
            foreach (int i in far.Take(Twinned).SelectMany(i => Enumerable.Repeat(i, Copies)))
                index.Add(next++, vectors.AsSpan(i * Dimension, Dimension));
            filters.Add(IdSet.FromIds([.. far.Select(i => (ulong)i), .. Enumerable.Range(0, Twinned * Copies).Select(i => firstCopy + (ulong)i)]));
        }

        int walked = 0;
        for (int q = 0; q < Queries; q++)
        {
            var results = new Neighbor[K];
            var narrow = new SearchParameters { EfSearch = K, Filter = filters[q] };
            Assert.Equal(K, index.Search(QueryAt(q), results, narrow));
            Assert.Equal(K, results.Select(neighbor => neighbor.Id).Distinct().Count());
            walked += index.Trace(QueryAt(q), results, narrow).Scanned == 0 ? 1 : 0;
        }

        Assert.True(walked > 0, "every search was a scan, which this test is not about");

        float[] QueryAt(int q) => vectors[(q * Dimension)..((q + 1) * Dimension)];
    }

    /// <summary>Readers with one filter beside a writer: nothing comes back that is not allowed, and at the end all that is there is found.</summary>
    [Fact]
    public async Task Readers_share_a_filter_while_a_writer_works()
    {
        using HnswIndex index = Filled(out Dictionary<ulong, float[]> held);
        IdSet filter = IdSet.FromIds(Enumerable.Range(0, 10_000).Where(i => i % 2 == 0).Select(i => (ulong)i));
        var data = new EmbeddingLike(Dimension);
        using var stop = new CancellationTokenSource();

        // Threads of their own: with two cores the pool gave a third reader none before the writer had ended.
        Task<int>[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Factory.StartNew(() =>
        {
            float[] queries = data.Make(50, seed: 300 + reader);
            var results = new Neighbor[10];
            int searches = 0;
            for (; !stop.IsCancellationRequested; searches++)
            {
                int found = index.Search(queries.AsSpan(searches % 50 * Dimension, Dimension), results, new SearchParameters { EfSearch = 10 + (searches % 2 * 50), Filter = filter });
                Assert.Equal(10, found);
                Assert.All(results, neighbor => Assert.True(filter.Contains(neighbor.Id)));
            }

            return searches;
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        var random = new Random(4);
        float[] more = data.Make(6000, seed: 9);
        for (int i = 0; i < 6000; i++)
        {
            ulong id = (ulong)random.Next(6000);
            float[] vector = more[(i * Dimension)..((i + 1) * Dimension)];
            if (i % 5 == 0 && held.Count > 1000 && held.Remove(id))
                Assert.True(index.Remove(id));
            else
                index.Add(id, held[id] = vector);
            if (i % 2500 == 2499)
                index.Compact();
        }

        stop.Cancel();
        Assert.All(await Task.WhenAll(readers), searches => Assert.True(searches > 0));
        for (int seed = 0; seed < 10; seed++)
            AssertNearestAllowed(index, held, filter, data.Make(1, seed: 400 + seed));
    }

    private static HnswIndex Filled(out Dictionary<ulong, float[]> held)
    {
        const int Count = 3000;
        var index = new HnswIndex(Dimension, Metric.L2);
        float[] vectors = new EmbeddingLike(Dimension).Make(Count, seed: 1);
        index.AddRange([.. Enumerable.Range(0, Count).Select(i => (ulong)i)], vectors);
        held = Enumerable.Range(0, Count).ToDictionary(i => (ulong)i, i => vectors[(i * Dimension)..((i + 1) * Dimension)]);
        return index;
    }

    private static void AssertNearestAllowed(HnswIndex index, Dictionary<ulong, float[]> held, IdSet filter, float[] query)
    {
        const int K = 5;
        float[] truth = [.. held.Where(entry => filter.Contains(entry.Key))
            .Select(entry => (float)BruteForce.Distance(query, entry.Value, Metric.L2)).Order().Take(K)];
        var results = new Neighbor[K];
        int found = index.Search(query, results, new SearchParameters { EfSearch = 300, Filter = filter });
        Assert.Equal(truth.Length, found);
        Assert.All(results.Take(found), neighbor => Assert.True(held.ContainsKey(neighbor.Id) && filter.Contains(neighbor.Id)));
        for (int i = 0; i < found; i++)
            Assert.Equal(truth[i], results[i].Distance, 1e-3f * (1 + truth[i]));
    }
}
