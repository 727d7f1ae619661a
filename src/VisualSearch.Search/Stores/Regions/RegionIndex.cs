using System.Buffers.Binary;
using VisualSearch.Ann;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>
/// The vector index over some windows of each picture (<see cref="RegionWindow.ForIndex"/>). It brings pictures among the candidates;
/// where the part is, and how near exactly, <see cref="RegionFinder"/> reads from the patches.
/// <code>
/// id     item × 16 + number of the window
/// stamp  24 bytes in the index file: catalog id (16) | revision of the patches that it knows (8)
/// </code>
/// </summary>
internal sealed class RegionIndex : IDisposable
{
    /// <summary>Windows an item may have: the ids leave four bits for their number.</summary>
    public const int MostWindows = 16;

    private const int StampLength = 24;

    private RegionIndex(HnswIndex index, long revision) => (Index, Revision) = (index, revision);

    /// <summary>The index.</summary>
    public HnswIndex Index { get; }

    /// <summary>Up to which revision it knows the patches.</summary>
    public long Revision { get; private set; }

    /// <summary>Where a generation's index is.</summary>
    public static string PathOf(string folder, int generation) => Path.Combine(folder, $"regions-{generation}.hnsw");

    /// <summary>The item of a window's id.</summary>
    public static long ItemOf(ulong id) => (long)(id / MostWindows);

    /// <summary>An empty index.</summary>
    public static RegionIndex Create(CatalogIdentity identity, HnswOptions options) => new(new HnswIndex(identity.Model.Dimension, Metric.Cosine, options), 0);

    /// <summary>Opens the index; null when there is none, a damaged one, or one of another catalog.</summary>
    public static RegionIndex? TryOpen(string folder, CatalogIdentity identity)
    {
        string path = PathOf(folder, identity.Generation.Number);
        if (!File.Exists(path))
            return null;
        HnswIndex? opened = null;
        try
        {
            opened = HnswIndex.Open(path);
            opened.CheckVectors();
        }
        catch (Exception unusable) when (unusable is CorruptIndexException or FileNotFoundException)
        {
            // Derived from the patches: the next build makes it again, and until then there is none.
            opened?.Dispose();
            return null;
        }

        ReadOnlySpan<byte> stamp = opened.Tag.Span;
        if (stamp.Length == StampLength && new Guid(stamp[..16]) == identity.Id && opened.Dimension == identity.Model.Dimension)
            return new RegionIndex(opened, BinaryPrimitives.ReadInt64LittleEndian(stamp[16..]));
        opened.Dispose();
        return null;
    }

    /// <summary>Adds or replaces the windows of pictures.</summary>
    public void Add(IReadOnlyList<(long ItemId, PatchGrid Grid)> pictures)
    {
        if (pictures.Count == 0)
            return;
        var ids = new List<ulong>();
        var vectors = new List<float>();
        var sums = new RegionSums();
        foreach ((long itemId, PatchGrid grid) in pictures)
        {
            foreach ((int number, float[] window) in WindowVectors.Of(grid, sums))
            {
                ids.Add(((ulong)itemId * MostWindows) + (ulong)number);
                vectors.AddRange(window);
            }
        }
        Index.AddRange([.. ids], [.. vectors]);
    }

    /// <summary>Forgets pictures.</summary>
    public void Remove(IEnumerable<long> itemIds)
    {
        foreach (long itemId in itemIds)
        {
            for (int number = 0; number < MostWindows; number++)
                Index.Remove(((ulong)itemId * MostWindows) + (ulong)number);
        }
    }

    /// <summary>Writes the index; readers take it from there.</summary>
    public void Save(string folder, CatalogIdentity identity, long revision)
    {
        Span<byte> stamp = stackalloc byte[StampLength];
        identity.Id.TryWriteBytes(stamp);
        BinaryPrimitives.WriteInt64LittleEndian(stamp[16..], revision);
        Index.Save(PathOf(folder, identity.Generation.Number), stamp);
        Revision = revision;
    }

    public void Dispose() => Index.Dispose();
}
