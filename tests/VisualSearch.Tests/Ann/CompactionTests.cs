using VisualSearch.Ann;
using VisualSearch.Ann.Hnsw;

namespace VisualSearch.Tests.Ann;

/// <summary>Laying an index out anew changes where things lie and nothing that a caller can see.</summary>
public sealed class CompactionTests : IDisposable
{
    private const int Dimension = 16;
    private const int Count = 700;
    private const int Twins = 25;
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _vectors = new EmbeddingLike(Dimension).Make(Count, seed: 12);
    private readonly Dictionary<ulong, float[]> _model = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CodeKind.Int8, Metric.Cosine)]
    [InlineData(CodeKind.Int8, Metric.Dot)]
    [InlineData(CodeKind.Int4, Metric.L2)]
    [InlineData(CodeKind.None, Metric.L2)]
    public void Results_are_the_true_ones_before_and_after(CodeKind codes, Metric metric)
    {
        using HnswIndex index = Churned(codes, metric);
        AssertExact(index);
        HnswStatistics before = index.GetStatistics();
        Assert.True(before is { Dead: > 0, Free: > 0 }, before.ToString());
        index.Compact();
        HnswStatistics after = index.GetStatistics();
        Assert.Equal((_model.Count, 0, 0, 0, Twins), (after.Count, after.Dead, after.Free, after.Unreachable, after.Twins));
        AssertExact(index);
        index.Compact();
        AssertExact(index);
    }

    [Theory]
    [InlineData(CodeKind.Int8)]
    [InlineData(CodeKind.None)]
    public void An_index_goes_on_living_after_it(CodeKind codes)
    {
        HnswIndex index = Churned(codes, Metric.L2);
        for (int round = 0; round < 4; round++)
        {
            index.Compact();
            var random = new Random(round);
            for (int i = 0; i < 150; i++)
                Change(index, random);

            // What is opened lies in a mapped file, which the next round replaces.
            index.Save(_folder.File("index"));
            index.Dispose();
            index = HnswIndex.Open(_folder.File("index"));
            AssertExact(index);
        }

        index.Dispose();
    }

    [Fact]
    public void What_is_empty_stays_empty()
    {
        using var index = new HnswIndex(2, Metric.L2);
        index.Compact();
        Assert.Equal(0, index.Search([1, 2], new Neighbor[1]));
        index.Add(7, [1, 2]);
        index.Compact();
        Assert.Equal(1, index.Search([1, 2], new Neighbor[3]));
        index.Remove(7);
        index.Compact();
        Assert.Equal((0, 0), (index.Count, index.Search([1, 2], new Neighbor[3])));
        index.Add(8, [1, 2]);
        Assert.Equal(1, index.Search([1, 2], new Neighbor[3]));
    }

    [Fact]
    public void A_removed_node_whose_twins_stay_is_kept_for_them()
    {
        using var index = new HnswIndex(2, Metric.L2, new HnswOptions { M = 2 });
        for (ulong id = 0; id < 40; id++)
            index.Add(id, [id / 4, 1]);
        for (ulong id = 0; id < 40; id += 4)
            index.Remove(id);
        index.Compact();
        var results = new Neighbor[3];
        for (ulong id = 1; id < 40; id += 4)
        {
            Assert.Equal(3, index.Search([id / 4, 1], results));
            Assert.Equal([id, id + 1, id + 2], results.Select(one => one.Id).Order());
        }
    }

    [Fact]
    public void A_disposed_index_refuses_it()
    {
        var index = new HnswIndex(2, Metric.L2);
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(index.Compact);
    }

    [Theory]
    [InlineData(CodeKind.Int8)]
    [InlineData(CodeKind.None)]
    public void An_image_is_of_one_moment_whatever_is_written_afterwards(CodeKind codes)
    {
        var core = new HnswCore(Dimension, Metric.L2, new HnswOptions { M = 4, EfConstruction = 30, Codes = codes });
        var writer = new HnswWriter(core);
        var random = new Random(3);
        for (int i = 0; i < 900; i++)
            Change(writer, random);
        Dictionary<ulong, float[]> then = new(_model);
        using (var image = new HnswImage(core))
        {
            // Enough to sweep dead nodes out and to reuse slots that were free at that moment.
            for (int i = 0; i < 900; i++)
                Change(writer, random);
            writer.FinishRepair();
            for (int i = 0; i < 300; i++)
                Change(writer, random);
            HnswFile.Write(_folder.File("image"), [], image);
        }

        using HnswIndex opened = HnswIndex.Open(_folder.File("image"));
        _model.Clear();
        foreach ((ulong id, float[] vector) in then)
            _model[id] = vector;
        AssertExact(opened);
        Assert.Equal(0, opened.GetStatistics().Unreachable);
    }

    /// <summary>An index with dead nodes, free slots, and twins.</summary>
    private HnswIndex Churned(CodeKind codes, Metric metric)
    {
        var index = new HnswIndex(Dimension, metric, new HnswOptions { M = 8, EfConstruction = 60, Codes = codes });
        for (int i = 0; i < Count; i++)
            Add(index, (ulong)i, Row(i));
        for (int i = 0; i < 300; i++)
            Remove(index, (ulong)i);
        for (int i = 0; i < Twins; i++)
            Add(index, (ulong)(5_000 + i), Row(600 + (i / 2)));
        for (int i = 300; index.GetStatistics() is { Dead: 0 } or { Free: 0 }; i++)
            Remove(index, (ulong)i);
        return index;
    }

    private void Change(HnswIndex index, Random random)
    {
        ulong id = (ulong)random.Next(400);
        if (random.Next(3) == 0)
            Remove(index, id);
        else
            Add(index, id, Row(random.Next(Count)));
    }

    private void Change(HnswWriter writer, Random random)
    {
        ulong id = (ulong)random.Next(400);
        if (random.Next(3) == 0)
            Assert.Equal(_model.Remove(id), writer.Remove(id));
        else
            writer.Add(id, _model[id] = Row(random.Next(Count)));
    }

    private void Add(HnswIndex index, ulong id, float[] vector) => index.Add(id, _model[id] = vector);

    private void Remove(HnswIndex index, ulong id) => Assert.Equal(_model.Remove(id), index.Remove(id));

    private float[] Row(int number) => _vectors[(number * Dimension)..((number + 1) * Dimension)];

    /// <summary>That a wide search finds what a look at every vector finds.</summary>
    private void AssertExact(HnswIndex index)
    {
        const int K = 12;
        Assert.Equal(_model.Count, index.Count);
        var results = new Neighbor[K];
        var parameters = new SearchParameters { EfSearch = 400, Oversampling = 20 };
        for (int q = 0; q < Count; q += 20)
        {
            float[] query = Row(q);
            double[] truth = [.. _model.Values.Select(vector => BruteForce.Distance(query, vector, index.Metric)).Order().Take(K)];
            Assert.Equal(K, index.Search(query, results, parameters));
            Assert.Equal(K, results.Select(one => one.Id).Distinct().Count());
            for (int i = 0; i < K; i++)
            {
                Assert.Equal(truth[i], results[i].Distance, 1e-4);
                Assert.Equal(BruteForce.Distance(query, _model[results[i].Id], index.Metric), results[i].Distance, 1e-4);
            }
        }
    }
}
