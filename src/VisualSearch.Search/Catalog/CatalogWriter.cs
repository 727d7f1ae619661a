using System.Security.Cryptography;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>The state of a catalog after a transaction; two histories that reach the same number differ in the stamp.</summary>
/// <param name="Number">Counts transactions; 0 before the first.</param>
/// <param name="Stamp">Random, chosen by the transaction.</param>
internal readonly record struct CatalogRevision(long Number, long Stamp);

/// <summary>What a transaction changed of the vectors.</summary>
/// <param name="Written">The items of the batch's vectors, in their order.</param>
/// <param name="Removed">Items that are gone.</param>
/// <param name="Revision">The revision that holds the change.</param>
internal readonly record struct CatalogChange(IReadOnlyList<long> Written, IReadOnlyList<long> Removed, CatalogRevision Revision);

/// <summary>Changes a catalog, one transaction per call; used by one thread at a time.</summary>
/// <param name="catalog">A connection to write.</param>
/// <param name="generation">The generation that the vectors are for. It must be the running one: each batch makes sure.</param>
internal sealed class CatalogWriter(CatalogConnection catalog, CatalogGeneration generation)
{
    /// <summary>Adds or replaces assets by path, with their items, vectors and words.</summary>
    /// <param name="batch">Assets, each path once.</param>
    /// <param name="passageModel">The fingerprint of the model of passages' vectors.</param>
    /// <returns>What the vector index has to do.</returns>
    /// <exception cref="GenerationSwitchedException">Another generation runs: these vectors would be of the wrong model.</exception>
    public CatalogChange Write(IReadOnlyList<PreparedAsset> batch, string passageModel) => catalog.InTransaction(write: true, () =>
    {
        string[] others = OtherTables();
        CatalogRevision revision = NextRevision(catalog);
        var rows = new ItemRows(catalog, generation, others, passageModel, revision.Number);
        foreach (PreparedAsset write in batch)
        {
            Asset asset = AssetRow.Normalize(write.Asset, DateTimeOffset.UtcNow);
            (long assetId, bool replaced, bool otherBytes) = AssetRow.Write(catalog, asset);
            rows.Write(asset with { Id = assetId }, write.Items, replaced, otherBytes);
            VideoRow.Write(catalog, assetId, write.Video, replaced);
        }
        return new CatalogChange(rows.VisualItems, rows.RemovedItems, revision);
    });

    /// <summary>Removes assets with all that belongs to them.</summary>
    /// <returns>How many were there, and what the vector index has to do.</returns>
    public (int Removed, CatalogChange Change) Remove(IEnumerable<long> assetIds) => catalog.InTransaction(write: true, () =>
    {
        CatalogRevision revision = NextRevision(catalog);
        int removed = 0;
        var itemIds = new List<long>();
        foreach (long assetId in assetIds)
        {
            List<long> items = ItemRows.Of(catalog, assetId);
            foreach (long itemId in items)
                ItemRows.Remove(catalog, itemId, revision.Number);
            // Vectors, keyframes, passages, tags and fields go with items and asset (ON DELETE CASCADE).
            removed += catalog.Run("DELETE FROM asset WHERE id = $1", assetId);
            itemIds.AddRange(items);
        }
        return (removed, new CatalogChange([], itemIds, revision));
    });

    /// <summary>Counts one transaction more.</summary>
    public static CatalogRevision NextRevision(CatalogConnection catalog)
    {
        long stamp = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
        return new CatalogRevision(catalog.Integer("INSERT INTO revision(stamp) VALUES ($1) RETURNING number", stamp), stamp);
    }

    private string[] OtherTables()
    {
        IReadOnlyList<CatalogGeneration> all = CatalogGenerations.All(catalog);
        CatalogGeneration running = all.First(one => one.State == GenerationState.Running);
        if (running.Number != generation.Number)
            throw new GenerationSwitchedException(generation.Number, running.Number);
        return [.. all.Where(one => one.Number != generation.Number).Select(one => one.Table)];
    }
}
