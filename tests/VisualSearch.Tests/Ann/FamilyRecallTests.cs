using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>What LSH, IVF-Flat and IVF-PQ find of the truth on vectors like embeddings, and that looking into more finds more.</summary>
public sealed class FamilyRecallTests : IClassFixture<FamilyRecallTests.Data>
{
    private const int Dimension = 64;
    private const int Count = 6000;
    private readonly Data _data;

    public FamilyRecallTests(Data data) => _data = data;

    [Theory]
    [InlineData("ivf", Metric.Cosine)]
    [InlineData("ivf", Metric.L2)]
    [InlineData("ivf", Metric.Dot)]
    [InlineData("ivf-pq", Metric.Cosine)]
    [InlineData("ivf-pq", Metric.L2)]
    [InlineData("ivf-pq", Metric.Dot)]
    [InlineData("lsh", Metric.Cosine)]
    [InlineData("lsh", Metric.L2)]
    [InlineData("lsh", Metric.Dot)]
    public void Looking_into_more_lists_or_buckets_finds_more(string kind, Metric metric)
    {
        using TrainedIndex index = Fill(Default(kind, metric));
        Assert.True(index.IsTrained);
        double[] recall = [.. new[] { 1, 4, 16, 64 }.Select(probes => Recall(index, probes))];
        Rises(recall, 0.03);
        if (kind == "ivf")
            Assert.Equal(1, recall[^1], 1e-9);
        Reaches(0.95, Recall(index));
    }

    [Fact]
    public void Longer_codes_and_more_rescoring_find_more()
    {
        double[] recall = [.. new[] { (4, 0), (16, 0), (16, 10) }.Select(setting =>
        {
            var options = new IvfPqOptions { NList = 32, NProbe = 32, TrainAt = 4000, Parts = setting.Item1, Oversample = setting.Item2 };
            using var index = Fill(new IvfPqIndex(Dimension, Metric.L2, options));
            return Recall(index);
        })];
        Rises(recall, 0.05);
        Reaches(0.95, recall[^1]);
    }

    [Fact]
    public void More_tables_find_more()
    {
        double[] recall = [.. new[] { 1, 4, 16 }.Select(tables =>
        {
            using var index = Fill(new LshIndex(Dimension, Metric.Cosine, new LshOptions { Bits = 10, Tables = tables, Probes = 4 }));
            return Recall(index);
        })];
        Rises(recall, 0.05);
    }

    [Theory]
    [InlineData("lsh", 0.5)]
    [InlineData("lsh", 0.05)]
    [InlineData("lsh", 0.002)]
    [InlineData("ivf", 0.5)]
    [InlineData("ivf", 0.05)]
    [InlineData("ivf", 0.002)]
    [InlineData("ivf-pq", 0.5)]
    [InlineData("ivf-pq", 0.05)]
    [InlineData("ivf-pq", 0.002)]
    public void Filters_keep_recall(string kind, double selectivity)
    {
        using IVectorIndex index = Fill(Default(kind));
        var random = new Random(4);
        IdSet filter = IdSet.FromIds(Enumerable.Range(0, Count).Where(_ => random.NextDouble() < selectivity).Select(id => (ulong)id));
        Reaches(0.93, BruteForce.Recall(index, _data.Vectors, _data.Queries, 10, new SearchParameters { Filter = filter }, filter.Contains));
    }

    [Theory]
    [InlineData("lsh")]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    public void Churn_costs_no_recall(string kind)
    {
        using IVectorIndex index = Fill(Default(kind));
        double before = BruteForce.Recall(index, _data.Vectors, _data.Queries, 10);
        var random = new Random(5);
        for (int i = 0; i < Count; i++)
        {
            int id = random.Next(Count);
            if (random.Next(2) == 0)
                index.Remove((ulong)id);
            index.Add((ulong)id, _data.Vectors.AsSpan(((id + 1) % Count) * Dimension, Dimension));
        }

        for (int id = 0; id < Count; id++)
            index.Add((ulong)id, _data.Vectors.AsSpan(id * Dimension, Dimension));
        Assert.Equal(Count, index.Count);
        double after = BruteForce.Recall(index, _data.Vectors, _data.Queries, 10);
        Assert.True(after >= before - 0.005, $"recall@10 was {before:F4} and is {after:F4}");
    }

    [Theory]
    [InlineData("lsh")]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    public void The_same_vectors_and_seed_give_the_same_answers(string kind)
    {
        using IVectorIndex first = Fill(Default(kind)), second = Fill(Default(kind));
        Neighbor[] left = new Neighbor[10], right = new Neighbor[10];
        for (int q = 0; q < 20; q++)
        {
            first.Search(_data.Queries.AsSpan(q * Dimension, Dimension), left, new SearchParameters { NProbe = 1 });
            second.Search(_data.Queries.AsSpan(q * Dimension, Dimension), right, new SearchParameters { NProbe = 1 });
            Assert.Equal(left, right);
        }
    }

    [Fact]
    public void Approximate_distances_are_near_the_true_ones()
    {
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            var options = new IvfPqOptions { NList = 32, NProbe = 32, TrainAt = 4000, Oversample = 0, Parts = 32 };
            using var index = Fill(new IvfPqIndex(Dimension, metric, options));
            var results = new Neighbor[10];
            for (int q = 0; q < 20; q++)
            {
                ReadOnlySpan<float> query = _data.Queries.AsSpan(q * Dimension, Dimension);
                Assert.Equal(10, index.Search(query, results));
                foreach (Neighbor neighbor in results)
                {
                    double truth = BruteForce.Distance(query, _data.Vectors.AsSpan((int)neighbor.Id * Dimension, Dimension), metric);
                    Assert.InRange(neighbor.Distance, truth - (0.25 * Math.Abs(truth)) - 0.05, truth + (0.25 * Math.Abs(truth)) + 0.05);
                }
            }
        }
    }

    [Fact]
    public void Training_on_other_vectors_files_those_that_are_there()
    {
        float[] others = new EmbeddingLike(Dimension).Make(2000, seed: 77);
        TrainedIndex[] untrained =
        [
            new IvfFlatIndex(Dimension, Metric.L2, new IvfOptions { NList = 32, NProbe = 12, TrainAt = int.MaxValue }),
            new IvfPqIndex(Dimension, Metric.L2, new IvfPqOptions { NList = 32, NProbe = 12, TrainAt = int.MaxValue }),
            new LshIndex(Dimension, Metric.L2, new LshOptions { Bits = 8, TrainAt = int.MaxValue }),
        ];
        foreach (TrainedIndex index in untrained)
        {
            Fill(index, 0, 3000);
            Assert.False(index.IsTrained);
            Assert.Equal(1, BruteForce.Recall(index, _data.Vectors[..(3000 * Dimension)], _data.Queries, 10), 1e-9);
            index.Train(others);
            Assert.True(index.IsTrained);
            Fill(index, 3000, Count);
            Reaches(0.95, Recall(index));
            index.Dispose();
        }
    }

    [Fact]
    public void Bad_training_and_options_are_refused()
    {
        using var index = new IvfFlatIndex(4, Metric.Cosine);
        Assert.Contains("empty", Assert.Throws<InvalidOperationException>(index.Train).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.Train([]));
        Assert.Throws<ArgumentException>(() => index.Train([1, 2, 3]));
        Assert.Throws<ArgumentException>("vectors[1]", () => index.Train([1, 2, 3, 4, 0, 0, 0, 0]));
        Assert.False(index.IsTrained);
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(index.Train);
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { NList = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { NProbe = 65_537 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { TrainAt = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfPqOptions { Parts = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfPqOptions { Oversample = 1001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfPqIndex(4, Metric.L2, new IvfPqOptions { Parts = 5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LshOptions { Bits = 21 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LshOptions { Tables = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LshOptions { Probes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LshOptions { TrainAt = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LshIndex(0, Metric.L2));
    }

    private static TrainedIndex Default(string kind, Metric metric = Metric.Cosine) => kind switch
    {
        "lsh" => new LshIndex(Dimension, metric, new LshOptions { Bits = 10, Probes = 32 }),
        "ivf" => new IvfFlatIndex(Dimension, metric, new IvfOptions { NList = 64, TrainAt = 4000 }),
        _ => new IvfPqIndex(Dimension, metric, new IvfPqOptions { NList = 64, TrainAt = 4000 }),
    };

    private static void Rises(double[] recall, double least)
    {
        for (int i = 1; i < recall.Length; i++)
            Assert.True(recall[i] >= recall[i - 1], $"recall@10 falls: {string.Join(", ", recall)}");
        Assert.True(recall[^1] - recall[0] >= least, $"recall@10 hardly changes: {string.Join(", ", recall)}");
    }

    private static void Reaches(double floor, double recall) => Assert.True(recall >= floor, $"recall@10 is {recall:F4}, the floor {floor}");

    private double Recall(IVectorIndex index, int probes = 0) =>
        BruteForce.Recall(index, _data.Vectors, _data.Queries, 10, new SearchParameters { NProbe = probes });

    private TIndex Fill<TIndex>(TIndex index)
        where TIndex : IVectorIndex
    {
        Fill(index, 0, Count);
        return index;
    }

    private void Fill(IVectorIndex index, int from, int to)
    {
        for (int i = from; i < to; i++)
            index.Add((ulong)i, _data.Vectors.AsSpan(i * Dimension, Dimension));
    }

    /// <summary>One set of vectors for all tests.</summary>
    public sealed class Data
    {
        public float[] Vectors { get; } = new EmbeddingLike(Dimension).Make(Count, seed: 2);

        public float[] Queries { get; } = new EmbeddingLike(Dimension).Make(100, seed: 3);
    }
}
