using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// How much of the truth a search finds, and how little of that stress takes away: other metrics, filters, churn, duplicates,
/// several builders. Each test has its floor; those under stress also a largest drop.
/// </summary>
public sealed class HnswRecallTests : IClassFixture<HnswRecallTests.Built>
{
    private const int Dimension = 128;
    private const int Count = 10_000;
    private readonly Built _built;

    public HnswRecallTests(Built built) => _built = built;

    [Fact]
    public void Ten_thousand_vectors_at_default_settings_reach_recall_095()
    {
        double recall = BruteForce.Recall(_built.Index, _built.Vectors, _built.Queries, k: 10);
        Assert.True(recall >= 0.99, $"recall@10 is {recall:F4}");
        HnswStatistics statistics = _built.Index.GetStatistics();
        Assert.Equal(Count, statistics.Count);
        Assert.Equal(Count, statistics.NodesPerLevel[0]);
        Assert.Equal(0, statistics.Unreachable);
        Assert.InRange(statistics.NodesPerLevel[1], Count / 16 / 2, Count / 16 * 2);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    [InlineData(0.001)]
    public void Filters_that_ignore_the_query_keep_recall(double selectivity)
    {
        var random = new Random(41);
        IdSet filter = IdSet.FromIds(Enumerable.Range(0, Count).Where(_ => random.NextDouble() < selectivity).Select(i => (ulong)i));
        double recall = BruteForce.Recall(_built.Index, _built.Vectors, _built.Queries, 10, new SearchParameters { Filter = filter }, filter.Contains);
        Assert.True(recall >= 0.98, $"recall@10 is {recall:F4} with {filter.Count} ids allowed");
    }

    /// <summary>The hard filters: all that is allowed lies near the query, or far from it.</summary>
    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.5, false)]
    [InlineData(0.1, true)]
    [InlineData(0.1, false)]
    [InlineData(0.01, false)]
    public void Filters_that_follow_the_query_keep_recall(double selectivity, bool near)
    {
        int allowed = (int)(Count * selectivity);
        double worst = 1;
        for (int q = 0; q < 10; q++)
        {
            float[] query = _built.Queries[(q * Dimension)..((q + 1) * Dimension)];
            IEnumerable<int> byDistance = Enumerable.Range(0, Count)
                .OrderBy(i => BruteForce.Distance(query, _built.Vectors.AsSpan(i * Dimension, Dimension), Metric.Cosine));
            IdSet filter = IdSet.FromIds((near ? byDistance.Take(allowed) : byDistance.Skip(Count - allowed)).Select(i => (ulong)i));
            worst = Math.Min(worst, BruteForce.Recall(
                _built.Index, _built.Vectors, query, 10, new SearchParameters { Filter = filter }, filter.Contains));
        }

        Assert.True(worst >= 0.9, $"the worst of ten queries has recall@10 {worst:F2}");
    }

    [Theory]
    [InlineData(Metric.L2, CodeKind.Int8)]
    [InlineData(Metric.L2, CodeKind.None)]
    [InlineData(Metric.Dot, CodeKind.Int8)]
    [InlineData(Metric.Dot, CodeKind.None)]
    [InlineData(Metric.Cosine, CodeKind.None)]
    public void Every_metric_and_code_reaches_recall_095(Metric metric, CodeKind codes)
    {
        const int Some = 4000;
        float[] vectors = _built.Vectors[..(Some * Dimension)];
        using var index = new HnswIndex(Dimension, metric, new HnswOptions { Codes = codes });
        index.AddRange(Ids(Some), vectors);
        double recall = BruteForce.Recall(index, vectors, _built.Queries, 10);
        Assert.True(recall >= 0.95, $"recall@10 is {recall:F4}");
    }

    [Fact]
    public void A_wider_beam_does_not_find_less()
    {
        double narrow = BruteForce.Recall(_built.Index, _built.Vectors, _built.Queries, 10, new SearchParameters { EfSearch = 10 });
        double wide = BruteForce.Recall(_built.Index, _built.Vectors, _built.Queries, 10, new SearchParameters { EfSearch = 400 });
        Assert.True(wide >= narrow && wide >= 0.995, $"recall@10 is {narrow:F4} at ef 10 and {wide:F4} at ef 400");
    }

    /// <summary>Impatient searches walk less and lose little; endless patience is none at all.</summary>
    [Fact]
    public void Patience_saves_hops_and_keeps_most_of_the_truth()
    {
        var whole = new SearchParameters { EfSearch = 300 };
        var patient = whole with { Patience = 30 };
        var results = new Neighbor[10];
        int wholeHops = 0, patientHops = 0;
        for (int q = 0; q < 50; q++)
        {
            ReadOnlySpan<float> query = _built.Queries.AsSpan(q * Dimension, Dimension);
            wholeHops += _built.Index.Trace(query, results, whole).Hops.Count;
            Neighbor[] all = [.. results];
            Assert.Equal(10, _built.Index.Search(query, results, whole with { Patience = SearchParameters.MaxEfSearch }));
            Assert.Equal(all, results);
            patientHops += _built.Index.Trace(query, results, patient).Hops.Count;
        }

        Assert.True(patientHops < wholeHops / 2, $"{patientHops} hops with patience and {wholeHops} without");
        double recall = BruteForce.Recall(_built.Index, _built.Vectors, _built.Queries, k: 10, patient);
        Assert.True(recall >= 0.98, $"recall@10 is {recall:F4}");
    }

    [Fact]
    public void Thirty_percent_churn_costs_at_most_one_point_of_recall_and_no_slot()
    {
        const int Some = 6000, Churn = Some * 3 / 10;
        float[] vectors = (float[])_built.Vectors[..(Some * Dimension)].Clone();
        using var index = new HnswIndex(Dimension, Metric.Cosine);
        index.AddRange(Ids(Some), vectors, maxDegreeOfParallelism: 1);
        double before = BruteForce.Recall(index, vectors, _built.Queries, 10);
        float[] fresh = new EmbeddingLike(Dimension).Make(3 * Churn, seed: 77);
        var random = new Random(43);
        for (int step = 0; step < 3 * Churn; step++)
        {
            // Three times over: remove one, put another vector under the same id, or straight over the old one.
            ulong id = (ulong)random.Next(Some);
            if (step % 2 == 0)
                Assert.True(index.Remove(id));
            ReadOnlySpan<float> vector = fresh.AsSpan(step * Dimension, Dimension);
            index.Add(id, vector);
            vector.CopyTo(vectors.AsSpan((int)id * Dimension));
        }

        double after = BruteForce.Recall(index, vectors, _built.Queries, 10);
        Assert.True(after >= 0.98 && after >= before - 0.01, $"recall@10 fell from {before:F4} to {after:F4}");
        index.FinishRepair();
        HnswStatistics statistics = index.GetStatistics();
        double repaired = BruteForce.Recall(index, vectors, _built.Queries, 10);
        Assert.True(repaired >= before - 0.01, $"recall@10 fell from {before:F4} to {repaired:F4}");
        Assert.Equal(Some, statistics.Count);
        Assert.Equal(0, statistics.Dead);
        Assert.Equal(0, statistics.Unreachable);

        // Slots are reused: 5,400 replacements must not have left 5,400 holes.
        Assert.InRange(statistics.Free, 0, Some / 4);
    }

    [Fact]
    public void Removing_most_of_an_index_leaves_the_rest_findable()
    {
        const int Some = 3000, Left = 150;
        float[] vectors = _built.Vectors[..(Some * Dimension)];
        using var index = new HnswIndex(Dimension, Metric.Cosine);
        index.AddRange(Ids(Some), vectors);
        for (int i = Left; i < Some; i++)
            Assert.True(index.Remove((ulong)i));
        double recall = BruteForce.Recall(index, vectors, _built.Queries, 10, default, id => id < Left);
        Assert.True(recall >= 0.99, $"recall@10 is {recall:F4}");
        for (int i = 0; i < Left; i++)
            Assert.True(index.Remove((ulong)i));
        Assert.Equal(0, index.Search(vectors.AsSpan(0, Dimension), new Neighbor[1]));
        Assert.Equal(Some, index.GetStatistics().Free);
        index.Add(9, vectors.AsSpan(0, Dimension));
        Assert.Equal(1, index.Search(vectors.AsSpan(0, Dimension), new Neighbor[3]));
    }

    [Fact]
    public void Two_thousand_copies_of_one_vector_hide_nothing()
    {
        const int Others = 1000, Copies = 2000;
        float[] vectors = _built.Vectors[..(Others * Dimension)];
        float[] copy = new EmbeddingLike(Dimension).Make(1, seed: 5);
        using var index = new HnswIndex(Dimension, Metric.Cosine);
        for (int i = 0; i < Copies; i++)
        {
            index.Add(1_000_000 + (ulong)i, copy);
            if (i < Others)
                index.Add((ulong)i, vectors.AsSpan(i * Dimension, Dimension));
        }

        var results = new Neighbor[300];
        Assert.Equal(300, index.Search(copy, results));
        Assert.All(results, neighbor => Assert.True(neighbor.Id >= 1_000_000 && neighbor.Distance < 1e-5));
        Assert.Equal(300, results.Select(neighbor => neighbor.Id).Distinct().Count());
        IdSet others = IdSet.FromIds(Ids(Others));
        Assert.True(BruteForce.Recall(index, vectors, _built.Queries, 10, new SearchParameters { Filter = others }, others.Contains) >= 0.99);
        Assert.Equal(Copies - 1, index.GetStatistics().Twins);

        // The first copy is the node that the others hang on; without it they are still there.
        for (int i = 0; i < Copies - 1; i++)
        {
            Assert.True(index.Remove(1_000_000 + (ulong)i));
            Assert.Equal(Math.Min(300, Copies - 1 - i + Others), index.Search(copy, results));
            Assert.True(results[0].Id > 1_000_000 + (ulong)i && results[0].Distance < 1e-5);
        }
    }

    [Fact]
    public void Building_with_several_threads_reaches_the_same_recall()
    {
        const int Some = 5000;
        float[] vectors = _built.Vectors[..(Some * Dimension)];
        using var index = new HnswIndex(Dimension, Metric.Cosine);
        index.AddRange(Ids(Some), vectors, maxDegreeOfParallelism: 8);
        double recall = BruteForce.Recall(index, vectors, _built.Queries, 10);
        Assert.True(recall >= 0.99, $"recall@10 is {recall:F4}");
        Assert.Equal(Some, index.Count);
    }

    [Fact]
    public void One_thread_builds_the_same_graph_as_adding_one_by_one()
    {
        const int Some = 700;
        using var folder = new TemporaryFolder();
        using var oneByOne = new HnswIndex(Dimension, Metric.Cosine);
        using var atOnce = new HnswIndex(Dimension, Metric.Cosine);
        for (int i = 0; i < Some; i++)
            oneByOne.Add((ulong)i, _built.Vectors.AsSpan(i * Dimension, Dimension));
        atOnce.AddRange(Ids(Some), _built.Vectors.AsSpan(0, Some * Dimension), maxDegreeOfParallelism: 1);
        oneByOne.Save(folder.File("a"));
        atOnce.Save(folder.File("b"));
        Assert.Equal(File.ReadAllBytes(folder.File("a")), File.ReadAllBytes(folder.File("b")));
    }

    [Fact]
    public void Adding_a_range_takes_the_last_of_repeated_ids_and_replaces_old_ones()
    {
        using var index = new HnswIndex(2, Metric.L2);
        index.Add(1, [9, 9]);
        index.AddRange([1, 2, 1, 3], [5, 5, 6, 6, 1, 0, 7, 7]);
        Assert.Equal(3, index.Count);
        float[] vector = new float[2];
        Assert.True(index.TryGetVector(1, vector));
        Assert.Equal([1f, 0f], vector);
        Assert.Throws<ArgumentException>(() => index.AddRange([8, 9], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => index.AddRange([8, 9], [1, 2, 3, float.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.AddRange([8], [1, 2], maxDegreeOfParallelism: 0));
        Assert.False(index.Contains(8));
    }

    [Fact]
    public void A_cancelled_range_keeps_what_was_added_and_stays_usable()
    {
        const int Some = 2000;
        float[] vectors = _built.Vectors[..(Some * Dimension)];
        using var index = new HnswIndex(Dimension, Metric.Cosine);
        using var cancellation = new CancellationTokenSource();
        using var watcher = new Timer(_ =>
        {
            if (index.Count > 300)
                cancellation.Cancel();
        }, null, 1, 1);
        try
        {
            index.AddRange(Ids(Some), vectors, 2, cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.True(index.Count < Some);
        }

        var results = new Neighbor[Some];
        int found = index.Search(vectors.AsSpan(0, Dimension), results);
        Assert.Equal(index.Count, found);
        index.AddRange(Ids(Some), vectors);
        Assert.True(BruteForce.Recall(index, vectors, _built.Queries, 10) >= 0.98);
    }

    internal static ulong[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => (ulong)i)];

    /// <summary>One index for the tests that only read it.</summary>
    public sealed class Built : IDisposable
    {
        public Built()
        {
            var source = new EmbeddingLike(Dimension);
            Vectors = source.Make(Count, seed: 1);
            Queries = source.Make(60, seed: 2);
            Index.AddRange(Ids(Count), Vectors);
        }

        public float[] Vectors { get; }

        public float[] Queries { get; }

        public HnswIndex Index { get; } = new(Dimension, Metric.Cosine);

        public void Dispose() => Index.Dispose();
    }
}
