using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// The data in a hundred parts: each row belongs to the nearest of a hundred rows drawn at random. Filters that go with the query take
/// whole regions, nearest to the query's own first, and of the last one rows at random.
/// </summary>
internal sealed class Regions : IDisposable
{
    private const int Most = 100, Part = 10_000;
    private readonly FlatIndex _centres;
    private readonly List<int>[] _rows;

    public Regions(FlatIndex exact, Random random)
    {
        int[] all = [.. Enumerable.Range(0, exact.Count)];
        random.Shuffle(all);
        int count = Math.Min(Most, all.Length / 10);
        _centres = new FlatIndex(exact.Dimension, exact.Metric, count);
        for (int region = 0; region < count; region++)
            _centres.Add((ulong)region, Vectors(exact, all.AsSpan(region, 1)));
        _rows = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        foreach (int[] part in all.Chunk(Part))
        {
            int[] regions = Of(Vectors(exact, part));
            for (int i = 0; i < part.Length; i++)
                _rows[regions[i]].Add(part[i]);
        }
    }

    /// <summary>The region that each of some vectors lies in.</summary>
    public int[] Of(float[] vectors)
    {
        int count = vectors.Length / _centres.Dimension;
        var nearest = new Neighbor[count];
        _centres.SearchBatch(vectors, 1, nearest, new int[count]);
        return [.. nearest.Select(neighbor => (int)neighbor.Id)];
    }

    /// <summary>All rows, those of the region first, then region by region those ever farther away.</summary>
    public IEnumerable<int> Outward(int region) => ByDistance(region).SelectMany(near => _rows[near]);

    /// <summary>All rows, those of the farthest region first.</summary>
    public IEnumerable<int> Inward(int region) => ByDistance(region).Reverse().SelectMany(far => _rows[far]);

    public void Dispose() => _centres.Dispose();

    private static float[] Vectors(FlatIndex exact, ReadOnlySpan<int> rows)
    {
        var vectors = new float[rows.Length * exact.Dimension];
        for (int i = 0; i < rows.Length; i++)
            exact.TryGetVector((ulong)rows[i], vectors.AsSpan(i * exact.Dimension, exact.Dimension));
        return vectors;
    }

    private IEnumerable<int> ByDistance(int region)
    {
        var order = new Neighbor[_centres.Count];
        var centre = new float[_centres.Dimension];
        _centres.TryGetVector((ulong)region, centre);
        _centres.Search(centre, order);
        return order.Select(neighbor => (int)neighbor.Id);
    }
}
