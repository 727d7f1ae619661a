using BenchmarkDotNet.Attributes;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>The searches to be measured; BenchmarkDotNet wants the type public.</summary>
public class SearchAllocations
{
    internal const int Rows = 20_000;

    private const int Queries = 64;

    // Built once a family and not once a case.
    private static readonly Dictionary<string, IVectorIndex> Built = [];
    private static readonly Lazy<float[]> Vectors = new(() => Make(Rows, seed: 1));

    private readonly float[] _queries = Make(Queries, seed: 2);
    private readonly Neighbor[] _results = new Neighbor[10];
    private IVectorIndex _index = null!;
    private SearchParameters _parameters;
    private int _next;

    [Params("flat", "hnsw", "hnsw-int8", "hnsw-int4", "lsh", "ivf-flat", "ivf-pq")]
    public string Index { get; set; } = "";

    [Params("none", "50 %", "1 %")]
    public string Filter { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        if (!Built.TryGetValue(Index, out IVectorIndex? index))
            Built[Index] = index = Build(Index);
        _index = index;
        int every = Filter == "50 %" ? 2 : 100;
        _parameters = Filter == "none"
            ? default
            : new SearchParameters { Filter = IdSet.FromIds(Enumerable.Range(0, Rows / every).Select(i => (ulong)(i * every))) };
    }

    [Benchmark]
    public int Search()
    {
        _next = (_next + 1) % Queries;
        return _index.Search(_queries.AsSpan(_next * LatentMixture.Dimension, LatentMixture.Dimension), _results, _parameters);
    }

    private static IVectorIndex Build(string kind)
    {
        const int Dimension = LatentMixture.Dimension;
        IVectorIndex index = kind switch
        {
            "flat" => new FlatIndex(Dimension, Metric.L2),
            "lsh" => new LshIndex(Dimension, Metric.L2),
            "ivf-flat" => new IvfFlatIndex(Dimension, Metric.L2),
            "ivf-pq" => new IvfPqIndex(Dimension, Metric.L2),
            "hnsw-int8" => new HnswIndex(Dimension, Metric.L2, new HnswOptions { Codes = CodeKind.Int8 }),
            "hnsw-int4" => new HnswIndex(Dimension, Metric.L2, new HnswOptions { Codes = CodeKind.Int4 }),
            _ => new HnswIndex(Dimension, Metric.L2, new HnswOptions { Codes = CodeKind.None }),
        };
        for (int row = 0; row < Rows; row++)
            index.Add((ulong)row, Vectors.Value.AsSpan(row * Dimension, Dimension));
        return index;
    }

    private static float[] Make(int count, int seed)
    {
        var mixture = new LatentMixture(Rows, seed);
        var vectors = new float[count * LatentMixture.Dimension];
        for (int row = 0; row < count; row++)
            mixture.Next(vectors.AsSpan(row * LatentMixture.Dimension, LatentMixture.Dimension));
        return vectors;
    }
}
