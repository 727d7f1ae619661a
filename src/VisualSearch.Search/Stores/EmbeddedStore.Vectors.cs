using System.Buffers;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <content>Vectors as they are stored: some of them, and all at once for those who study them.</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public bool TryGetVector(long itemId, Span<float> vector)
    {
        if (visual.Loaded is VisualIndex loaded)
            return loaded.Index.TryGetVector((ulong)itemId, vector);
        // A writer that looks at some vectors need not load them all.
        var stored = new float[identity.Model.Dimension];
        if (!Read(reader => reader.TryGetVector(identity.Generation, itemId, stored)))
            return false;
        stored.CopyTo(vector);
        return true;
    }

    /// <inheritdoc/>
    public void CopyVectors(IReadOnlyList<long> itemIds, Span<float> vectors, Span<bool> there)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        int dimension = identity.Model.Dimension;
        for (int i = 0; i < itemIds.Count; i++)
            there[i] = TryGetVector(itemIds[i], vectors.Slice(i * dimension, dimension));
    }

    /// <inheritdoc/>
    public float? Similarity(ReadOnlySpan<float> query, long itemId)
    {
        if (query.Length != identity.Model.Dimension)
            throw new ArgumentException($"The query has {query.Length} numbers; the collection's vectors have {identity.Model.Dimension}.", nameof(query));
        float[] vector = ArrayPool<float>.Shared.Rent(query.Length);
        try
        {
            return TryGetVector(itemId, vector.AsSpan(0, query.Length)) ? UnitVector.Cosine(query, vector.AsSpan(0, query.Length)) : null;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(vector);
        }
    }

    /// <summary>
    /// What can be found now, as a text that differs after every change: two searches with the same state around them find the same. Null while
    /// the vector index has still to take in what the catalog has already.
    /// </summary>
    public string? SearchableState
    {
        get
        {
            // A replay of many changes takes long, and no search waits for it.
            return visual.Value.SettledRevision is { } indexed && Revision == indexed ? $"{Generation}.{indexed.Number}.{indexed.Stamp}" : null;
        }
    }

    /// <summary>The catalog's present revision; it changes with every commit.</summary>
    internal CatalogRevision Revision => Read(static reader => reader.Revision());

    /// <summary>Hands out the stored vectors block by block: every <paramref name="stride"/>-th in the order of ids, all of one revision.</summary>
    /// <param name="stride">1 for all.</param>
    /// <param name="take">Given ids, and as many vectors one after the other; they are overwritten afterwards.</param>
    /// <returns>The revision that the vectors are of.</returns>
    internal CatalogRevision ReadVectors(int stride, Action<ReadOnlySpan<ulong>, ReadOnlySpan<float>> take) => Read(reader =>
        reader.Catalog.InTransaction(write: false, () =>
        {
            int dimension = identity.Model.Dimension;
            long seen = 0;
            foreach ((ArraySegment<ulong> ids, float[] vectors) in reader.ChangedSince(identity.Generation, 0, block: 1024))
            {
                int kept = 0;
                for (int i = 0; i < ids.Count; i++)
                {
                    if (seen++ % stride != 0)
                        continue;
                    ids[kept] = ids[i];
                    vectors.AsSpan(i * dimension, dimension).CopyTo(vectors.AsSpan(kept++ * dimension));
                }

                take(ids.AsSpan(0, kept), vectors.AsSpan(0, kept * dimension));
            }

            return reader.Revision();
        }));
}
