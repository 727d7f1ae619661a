using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <content>All vectors at once, for those who study them.</content>
public sealed partial class EmbeddedStore
{
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
