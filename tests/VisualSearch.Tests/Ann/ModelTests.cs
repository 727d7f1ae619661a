using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// Random sequences of everything that can be done to an index, against a dictionary. Vectors come from a small grid, so
/// that equal vectors and equal distances are common; a beam wider than the index makes the graph's answer exact.
/// </summary>
public sealed class ModelTests : IDisposable
{
    private const int Dimension = 3;
    private readonly TemporaryFolder _folder = new();

    public enum Act
    {
        Add,
        Remove,
        Search,
        SearchFiltered,
        SaveAndOpen,
        AddMany,
        Repair,
        Compact,
        Train,
    }

    public sealed record Step(Act Act, int Id, int X, int Y, int Z)
    {
        public float[] Vector => [X + 0.5f, Y, Z];
    }

    private static readonly Gen<Step> Steps =
        from act in Gen.Frequency(
            (48, Gen.Constant(Act.Add)), (28, Gen.Constant(Act.Remove)), (12, Gen.Constant(Act.Search)), (8, Gen.Constant(Act.SearchFiltered)),
            (1, Gen.Constant(Act.SaveAndOpen)), (4, Gen.Constant(Act.AddMany)), (2, Gen.Constant(Act.Repair)),
            (2, Gen.Constant(Act.Compact)), (1, Gen.Constant(Act.Train)))
        from id in Gen.Choose(0, 60)
        from x in Gen.Choose(-2, 2)
        from y in Gen.Choose(-2, 2)
        from z in Gen.Choose(-2, 2)
        select new Step(act, id, x, y, z);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hnsw", Metric.L2)]
    [InlineData("hnsw", Metric.Cosine)]
    [InlineData("hnsw-f32", Metric.L2)]
    [InlineData("hnsw-f32", Metric.Dot)]
    [InlineData("flat", Metric.Cosine)]
    [InlineData("flat", Metric.Dot)]
    [InlineData("lsh", Metric.L2)]
    [InlineData("lsh", Metric.Dot)]
    [InlineData("ivf", Metric.Cosine)]
    [InlineData("ivf", Metric.Dot)]
    [InlineData("ivf-pq", Metric.L2)]
    [InlineData("ivf-pq", Metric.Cosine)]
    public void An_index_does_what_a_dictionary_does(string kind, Metric metric) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(400),
        Prop.ForAll(Steps.ListOf().ToArbitrary(), steps => Run(kind, metric, steps)));

    private void Run(string kind, Metric metric, IEnumerable<Step> steps)
    {
        IVectorIndex index = Create(kind, metric);
        var model = new Dictionary<ulong, float[]>();
        foreach (Step step in steps)
        {
            ulong id = (ulong)step.Id;
            switch (step.Act)
            {
                case Act.Add:
                    index.Add(id, step.Vector);
                    model[id] = step.Vector;
                    break;
                case Act.Remove:
                    Assert.Equal(model.Remove(id), index.Remove(id));
                    break;
                case Act.Search:
                    Search(index, model, step.Vector, k: 1 + (step.Id % 12), filter: null);
                    break;
                case Act.SearchFiltered:
                    Search(index, model, step.Vector, k: 5, IdSet.FromIds(Enumerable.Range(0, 61).Where(i => i % 3 != step.Id % 3).Select(i => (ulong)i)));
                    break;
                case Act.SaveAndOpen:
                    index = SaveAndOpen(index);
                    break;
                case Act.AddMany:
                    AddMany(index, model, step);
                    break;
                case Act.Repair:
                    (index as HnswIndex)?.FinishRepair();
                    break;
                case Act.Compact:
                    (index as HnswIndex)?.Compact();
                    break;
                case Act.Train when model.Count > 0:
                    VectorIndexTests.Train(index);
                    break;
            }

            Assert.Equal(model.Count, index.Count);
            Assert.Equal(model.ContainsKey(id), index.Contains(id));
        }

        if (index is HnswIndex hnsw)
        {
            hnsw.FinishRepair();
            HnswStatistics statistics = hnsw.GetStatistics();
            Assert.Equal((0, 0), (statistics.Dead, statistics.Unreachable));
            Assert.Equal(model.Count, statistics.Count);
        }

        Search(index, model, [1, 1, 1], k: 5, filter: null);
        Search(index, model, [1, 1, 1], k: 100, filter: null);
    }

    // Few links and a narrow beam make the graph prune, repair and rescue all the time.
    private static IVectorIndex Create(string kind, Metric metric) => kind switch
    {
        "flat" => new FlatIndex(Dimension, metric),

        // A search that probes all, and rescores all, is exact; training by the fifth vector makes it probe.
        "lsh" => new LshIndex(Dimension, metric, new LshOptions { Tables = 3, Bits = 4, TrainAt = 5 }),
        "ivf" => new IvfFlatIndex(Dimension, metric, new IvfOptions { NList = 5, TrainAt = 5 }),
        "ivf-pq" => new IvfPqIndex(Dimension, metric, new IvfPqOptions { NList = 5, TrainAt = 5, Parts = 2, Oversample = 1000 }),
        _ => new HnswIndex(Dimension, metric, new HnswOptions { M = 2, EfConstruction = 8, Codes = kind == "hnsw" ? CodeKind.Int8 : CodeKind.None }),
    };

    private static void AddMany(IVectorIndex index, Dictionary<ulong, float[]> model, Step step)
    {
        ulong[] ids = [.. Enumerable.Range(step.Id, 9).Select(i => (ulong)(i % 61))];
        float[] vectors = [.. ids.SelectMany(id => new[] { 0.5f + (id % 3), step.Y, step.Z })];
        if (index is HnswIndex hnsw)
            hnsw.AddRange(ids, vectors, maxDegreeOfParallelism: 2);
        for (int i = 0; i < ids.Length; i++)
        {
            float[] vector = vectors[(i * Dimension)..((i + 1) * Dimension)];
            if (index is not HnswIndex)
                index.Add(ids[i], vector);
            model[ids[i]] = vector;
        }
    }

    private static void Search(IVectorIndex index, Dictionary<ulong, float[]> model, float[] query, int k, IdSet? filter)
    {
        var results = new Neighbor[k];
        int found = index.Search(query, results, new SearchParameters { EfSearch = 500, NProbe = 16, Filter = filter });
        double[] truth = [.. model.Where(pair => filter?.Contains(pair.Key) ?? true)
            .Select(pair => BruteForce.Distance(query, pair.Value, index.Metric)).Order().Take(k)];
        Assert.Equal(truth.Length, found);

        Assert.Equal(found, results.Take(found).Select(neighbor => neighbor.Id).Distinct().Count());
        for (int i = 0; i < found; i++)
        {
            Assert.True(Math.Abs(truth[i] - results[i].Distance) < 1e-5, $"result {i}: {truth[i]} expected, {results[i]} found");
            Assert.Equal(BruteForce.Distance(query, model[results[i].Id], index.Metric), results[i].Distance, 1e-5);
            Assert.True(filter?.Contains(results[i].Id) ?? true);
        }
    }

    private IVectorIndex SaveAndOpen(IVectorIndex index)
    {
        string path = _folder.File("index");
        switch (index)
        {
            case FlatIndex flat:
                flat.Save(path);
                return FlatIndex.Open(path);
            case HnswIndex hnsw:
                hnsw.Save(path);
                return HnswIndex.Open(path);
            default:
                return index;
        }
    }
}
