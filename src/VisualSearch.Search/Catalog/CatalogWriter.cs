using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>The state of a catalog after a transaction; two histories that reach the same number differ in the stamp.</summary>
/// <param name="Number">Counts transactions; 0 before the first.</param>
/// <param name="Stamp">Random, chosen by the transaction.</param>
internal readonly record struct CatalogRevision(long Number, long Stamp);

/// <summary>Changes a catalog, one transaction per call; used by one thread at a time.</summary>
internal sealed class CatalogWriter(CatalogConnection catalog)
{
    /// <summary>Adds or replaces assets by path, with their one item, vector and words.</summary>
    /// <param name="batch">Assets with unit-norm vectors of the right length, each path once.</param>
    /// <returns>The item of each asset in order, and the revision that holds them.</returns>
    public (long[] ItemIds, CatalogRevision Revision) Write(IReadOnlyList<AssetWrite> batch) => catalog.InTransaction(write: true, () =>
    {
        CatalogRevision revision = NextRevision();
        var itemIds = new long[batch.Count];
        for (int i = 0; i < itemIds.Length; i++)
            itemIds[i] = Write(batch[i], revision.Number);
        return (itemIds, revision);
    });

    /// <summary>Removes assets with all that belongs to them.</summary>
    /// <returns>How many were there, the items that are gone, and the revision (the present one if nothing was there).</returns>
    public (int Removed, List<long> ItemIds, CatalogRevision Revision) Remove(IEnumerable<long> assetIds) => catalog.InTransaction(write: true, () =>
    {
        CatalogRevision revision = NextRevision();
        int removed = 0;
        var itemIds = new List<long>();
        foreach (long assetId in assetIds)
        {
            var items = new List<long>(1);
            using (var rows = catalog.Statement("SELECT id FROM item WHERE asset_id = $1", assetId).ExecuteReader())
                while (rows.Read())
                    items.Add(rows.GetInt64(0));
            foreach (long itemId in items)
            {
                catalog.Run("DELETE FROM words WHERE rowid = $1", itemId);
                catalog.Run("INSERT INTO removed(item_id, revision) VALUES ($1, $2)", itemId, revision.Number);
            }
            // Items, vector, tags and fields go with the asset (ON DELETE CASCADE).
            removed += catalog.Run("DELETE FROM asset WHERE id = $1", assetId);
            itemIds.AddRange(items);
        }
        return (removed, itemIds, revision);
    });

    private long Write(AssetWrite write, long revision)
    {
        Asset asset = AssetRow.Normalize(write.Asset, DateTimeOffset.UtcNow);
        (long assetId, bool replaced) = AssetRow.Write(catalog, asset);
        byte[] vector = MemoryMarshal.AsBytes(write.Vector.Span).ToArray();
        object?[] words =
        [
            0L, Words(asset.Title), Words(string.Join(" ", asset.Tags)), Words(asset.RelativePath.Length > 0 ? asset.RelativePath : Path.GetFileName(asset.Path)),
            Words(asset.Text),
        ];

        long itemId = replaced ? catalog.Integer("SELECT id FROM item WHERE asset_id = $1 AND kind = 0", assetId) : 0;
        if (itemId != 0)
        {
            catalog.Run("UPDATE item SET revision = $2 WHERE id = $1", itemId, revision);
            catalog.Run("UPDATE vector SET data = $2 WHERE item_id = $1", itemId, vector);
            words[0] = itemId;
            catalog.Run("UPDATE words SET title = $2, tags = $3, path = $4, text = $5 WHERE rowid = $1", words);
            return itemId;
        }
        itemId = catalog.Integer(
            "INSERT INTO item(asset_id, kind, revision) VALUES ($1, $2, $3) RETURNING id", assetId, (long)ItemKind.Picture, revision);
        catalog.Run("INSERT INTO vector(item_id, data) VALUES ($1, $2)", itemId, vector);
        words[0] = itemId;
        catalog.Run("INSERT INTO words(rowid, title, tags, path, text) VALUES ($1, $2, $3, $4, $5)", words);
        return itemId;
    }

    private CatalogRevision NextRevision()
    {
        long stamp = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
        return new CatalogRevision(catalog.Integer("INSERT INTO revision(stamp) VALUES ($1) RETURNING number", stamp), stamp);
    }

    private static string Words(string? text) => text is null ? "" : TextQuery.Separate(text);
}
