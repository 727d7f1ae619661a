using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>
/// Index files as each released format version wrote them, so that no later program stops reading them unnoticed. Their content follows
/// from <see cref="Vector"/>; how to make new ones stands in Fixtures/README.md.
/// </summary>
internal static class Fixtures
{
    public const int Count = 50;
    public const int Dimension = 8;

    private static readonly HnswOptions Graph = new() { M = 4, EfConstruction = 20, EfSearch = 30, Seed = 1 };

    public static string Folder => Path.Combine(SharedData.Repository, "tests", "VisualSearch.Tests", "Ann", "Fixtures");

    /// <summary>Number <c>axis</c> of vector <c>id</c> is <c>(id · 37 + axis · 11) mod 101 / 10 − 5</c>.</summary>
    public static float[] Vector(ulong id) => [.. Enumerable.Range(0, Dimension).Select(axis => (((((int)id * 37) + (axis * 11)) % 101) / 10f) - 5)];

    /// <summary>Writes the files of the present formats: ids 0 to 49 but 7, which was removed; in the folder 0 to 24 are in the snapshot.</summary>
    public static int Make(string folder)
    {
        Directory.CreateDirectory(folder);
        using var flat = new FlatIndex(Dimension, Metric.L2);
        using var hnsw = new HnswIndex(Dimension, Metric.L2, Graph);
        string durable = Path.Combine(folder, "durable");
        using (DurableIndex index = DurableIndex.OpenOrCreate(durable, Dimension, Metric.L2, Graph))
        {
            for (ulong id = 0; id < Count; id++)
            {
                foreach (IVectorIndex one in (IVectorIndex[])[flat, hnsw, index])
                    one.Add(id, Vector(id));
                if (id == 24)
                    index.Checkpoint();
            }

            foreach (IVectorIndex one in (IVectorIndex[])[flat, hnsw, index])
                one.Remove(7);
        }

        File.Delete(Path.Combine(durable, "LOCK"));
        flat.Save(Path.Combine(folder, "flat"));
        hnsw.Compact();
        hnsw.Save(Path.Combine(folder, "hnsw"), "made for tests"u8);
        return 0;
    }
}
