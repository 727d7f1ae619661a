using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>What every index promises at its door.</summary>
public sealed class VectorIndexTests
{
    public static TheoryData<string, Metric> Kinds
    {
        get
        {
            var data = new TheoryData<string, Metric>();
            foreach (string kind in new[] { "flat", "hnsw", "hnsw-f32", "lsh", "ivf", "ivf-pq" })
            {
                foreach (Metric metric in Enum.GetValues<Metric>())
                    data.Add(kind, metric);
            }

            return data;
        }
    }

    internal static IVectorIndex Create(string kind, int dimension, Metric metric) => kind switch
    {
        "flat" => new FlatIndex(dimension, metric),
        "hnsw" => new HnswIndex(dimension, metric),

        // Trained by the second vector, so that the few of a test are hashed and filed.
        "lsh" => new LshIndex(dimension, metric, new LshOptions { Tables = 4, Bits = 4, Probes = 2, TrainAt = 2 }),
        "ivf" => new IvfFlatIndex(dimension, metric, new IvfOptions { NList = 4, NProbe = 1, TrainAt = 2 }),
        "ivf-pq" => new IvfPqIndex(dimension, metric, new IvfPqOptions { NList = 4, NProbe = 1, TrainAt = 2 }),

        // Half of its nodes have upper levels, and its lists are always full.
        "hnsw-narrow" => new HnswIndex(dimension, metric, new HnswOptions { M = 2, EfConstruction = 20 }),
        _ => new HnswIndex(dimension, metric, new HnswOptions { Codes = CodeKind.None }),
    };

    /// <summary>Learns anew, where the family has something to learn.</summary>
    internal static void Train(IVectorIndex index)
    {
        switch (index)
        {
            case LshIndex lsh:
                lsh.Train();
                break;
            case IvfFlatIndex ivf:
                ivf.Train();
                break;
            case IvfPqIndex pq:
                pq.Train();
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_index_finds_nothing(string kind, Metric metric)
    {
        using IVectorIndex index = Create(kind, 3, metric);
        Assert.Equal(0, index.Search([1, 2, 3], new Neighbor[5]));
        Assert.Equal(0, index.Search([1, 2, 3], new Neighbor[5], new SearchParameters { Filter = IdSet.FromIds([1, 2]) }));
        Assert.Equal(0, index.Count);
        Assert.False(index.Remove(1));
        Assert.False(index.Contains(1));
        Assert.False(index.TryGetVector(1, new float[3]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void More_results_than_vectors_returns_all_in_order(string kind, Metric metric)
    {
        using IVectorIndex index = Create(kind, 8, metric);
        float[] vectors = Random(200, 8, seed: 2);
        for (int i = 0; i < 200; i++)
            index.Add((ulong)i, vectors.AsSpan(i * 8, 8));
        float[] query = Random(1, 8, seed: 3);
        var results = new Neighbor[500];
        Assert.Equal(200, index.Search(query, results));
        Assert.Equal(200, results.Take(200).Select(n => n.Id).Distinct().Count());
        for (int i = 0; i < 200; i++)
        {
            double expected = BruteForce.Distance(query, vectors.AsSpan((int)results[i].Id * 8, 8), metric);
            Assert.Equal(expected, results[i].Distance, 1e-4);
            Assert.True(i == 0 || results[i - 1].Distance <= results[i].Distance);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Adding_an_id_again_replaces_its_vector(string kind, Metric metric)
    {
        using IVectorIndex index = Create(kind, 2, metric);
        index.Add(7, [1, 0]);
        index.Add(8, [0.8f, 0.6f]);
        index.Add(7, [0, 1]);
        Assert.Equal(2, index.Count);
        var results = new Neighbor[5];
        Assert.Equal(2, index.Search([0, 1], results));
        Assert.Equal([7UL, 8UL], results.Take(2).Select(n => n.Id));
        float[] kept = new float[2];
        Assert.True(index.TryGetVector(7, kept));
        Assert.Equal([0f, 1f], kept);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_removed_id_is_gone_and_may_come_back(string kind, Metric metric)
    {
        using IVectorIndex index = Create(kind, 2, metric);
        index.Add(ulong.MaxValue, [1, 0]);
        index.Add(0, [0, 1]);
        Assert.True(index.Remove(ulong.MaxValue));
        Assert.False(index.Remove(ulong.MaxValue));
        var results = new Neighbor[3];
        Assert.Equal(1, index.Search([1, 0], results));
        Assert.Equal(0UL, results[0].Id);
        index.Add(ulong.MaxValue, [1, 0]);
        Assert.Equal(2, index.Search([1, 0], results));
        Assert.Equal(ulong.MaxValue, results[0].Id);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bad_vectors_are_refused_and_change_nothing(string kind, Metric metric)
    {
        using IVectorIndex index = Create(kind, 3, metric);
        index.Add(1, [1, 2, 3]);
        Assert.Contains("2 numbers", Assert.Throws<ArgumentException>(() => index.Add(2, [1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("value 1 is NaN", Assert.Throws<ArgumentException>(() => index.Add(2, [1, float.NaN, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("value 2 is Infinity", Assert.Throws<ArgumentException>(() => index.Add(1, [1, 2, float.PositiveInfinity])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.Search([1, 2], new Neighbor[1]));
        Assert.Throws<ArgumentException>(() => index.Search([float.NaN, 2, 3], new Neighbor[1]));
        Assert.Throws<ArgumentException>(() => index.TryGetVector(1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2, 3], new Neighbor[1], new SearchParameters { EfSearch = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2, 3], new Neighbor[1], new SearchParameters { EfSearch = 1_000_000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2, 3], new Neighbor[1], new SearchParameters { Patience = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2, 3], new Neighbor[1], new SearchParameters { NProbe = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2, 3], new Neighbor[1], new SearchParameters { NProbe = 65_537 }));
        if (metric == Metric.Cosine)
        {
            Assert.Contains("no direction", Assert.Throws<ArgumentException>(() => index.Add(2, new float[3])).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => index.Search(new float[3], new Neighbor[1]));
        }
        else
        {
            Assert.Throws<ArgumentException>(() => index.Add(2, [1e30f, 0, 0]));
            index.Add(3, new float[3]);
            index.Remove(3);
        }

        Assert.Equal(1, index.Count);
        float[] kept = new float[3];
        Assert.True(index.TryGetVector(1, kept));
        Assert.Equal(2f, kept[1] / kept[0], 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_ids_of_the_filter_come_back(string kind, Metric metric)
    {
        using IVectorIndex index = Create(kind, 2, metric);
        for (int i = 0; i < 50; i++)
            index.Add((ulong)i, [1 + i, 50 - i]);
        IdSet filter = IdSet.FromIds([3, 4, 40, 1000]);
        var results = new Neighbor[10];
        Assert.Equal(3, index.Search([1, 50], results, new SearchParameters { Filter = filter }));
        Assert.Equal([3UL, 4UL, 40UL], results.Take(3).Select(n => n.Id).Order());
        Assert.Equal(0, index.Search([1, 50], results, new SearchParameters { Filter = new IdSet() }));
        Assert.Equal(0, index.Search([1, 50], [], new SearchParameters { Filter = filter }));
    }

    [Fact]
    public void Cosine_vectors_are_kept_at_unit_length_and_read_back_unchanged()
    {
        using var index = new FlatIndex(3, Metric.Cosine);
        index.Add(1, [3, 0, 4]);
        float[] first = new float[3], second = new float[3];
        Assert.True(index.TryGetVector(1, first));
        Assert.Equal([0.6f, 0, 0.8f], first);
        index.Add(2, first);
        Assert.True(index.TryGetVector(2, second));
        Assert.Equal(first, second);
        index.Add(3, [1e-30f, 0, 0]);
        index.Add(4, [1e38f, 1e38f, 0]);
        Assert.True(index.TryGetVector(4, first));
        Assert.Equal(MathF.Sqrt(0.5f), first[0], 1e-6f);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_disposed_index_refuses_calls(string kind, Metric metric)
    {
        IVectorIndex index = Create(kind, 2, metric);
        index.Add(1, [1, 1]);
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => index.Add(2, [1, 1]));
        Assert.Throws<ObjectDisposedException>(() => index.Remove(1));
        Assert.Throws<ObjectDisposedException>(() => index.Search([1, 1], new Neighbor[1]));
        index.Dispose();
    }

    [Fact]
    public void Shapes_and_options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlatIndex(0, Metric.L2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswIndex(65_537, Metric.L2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswIndex(4, (Metric)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswOptions { M = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswOptions { M = 129 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswOptions { EfConstruction = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswOptions { EfSearch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswOptions { Codes = (CodeKind)7 });
        Assert.Equal(new HnswOptions { M = 16, EfConstruction = 200, EfSearch = 64, Codes = CodeKind.Int8 }, new HnswOptions());
    }

    internal static float[] Random(int count, int dimension, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count * dimension).Select(_ => EmbeddingLike.Normal(random))];
    }
}
