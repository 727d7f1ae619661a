using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>A batch as it goes into the catalog and the index: checked, each path once, vectors of norm 1.</summary>
/// <param name="Assets">The assets; their vectors are slices of <paramref name="Vectors"/>.</param>
/// <param name="Vectors">All vectors one after another.</param>
internal sealed record PreparedBatch(IReadOnlyList<AssetWrite> Assets, float[] Vectors)
{
    /// <summary>Checks and normalizes a caller's batch; of a path that comes twice the last asset stays.</summary>
    /// <exception cref="ArgumentException">An asset has no path, or a vector a wrong length, a value that is not finite, or only zeros.</exception>
    public static PreparedBatch From(IReadOnlyList<AssetWrite> batch, int dimension)
    {
        var lastOfPath = new Dictionary<string, int>(batch.Count, StringComparer.Ordinal);
        for (int i = 0; i < batch.Count; i++)
            lastOfPath[CatalogText.Clean(batch[i].Asset.Path)] = i;

        var assets = new List<AssetWrite>(lastOfPath.Count);
        var vectors = new float[lastOfPath.Count * dimension];
        for (int i = 0; i < batch.Count; i++)
        {
            AssetWrite write = batch[i];
            string path = write.Asset.Path;
            if (path.Length == 0)
                throw new ArgumentException("An asset has no path; an asset is recognised by its absolute path.", nameof(batch));
            if (UnitVector.Fault(write.Vector.Span, dimension) is string fault)
                throw new ArgumentException($"The vector of '{path}' {fault}. Nothing of the batch was written.", nameof(batch));
            if (lastOfPath[CatalogText.Clean(path)] != i)
                continue;
            Memory<float> vector = vectors.AsMemory(assets.Count * dimension, dimension);
            UnitVector.Normalize(write.Vector.Span, vector.Span);
            assets.Add(new AssetWrite(write.Asset, vector));
        }
        return new PreparedBatch(assets, vectors);
    }
}
