using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>The state of a catalog after a transaction; two histories that reach the same number differ in the stamp.</summary>
/// <param name="Number">Counts transactions; 0 before the first.</param>
/// <param name="Stamp">Random, chosen by the transaction.</param>
internal readonly record struct CatalogRevision(long Number, long Stamp);

/// <summary>Changes a catalog, one transaction per call; used by one thread at a time.</summary>
/// <param name="catalog">A connection to write.</param>
/// <param name="generation">The generation that the vectors are for. It must be the running one: each batch makes sure.</param>
internal sealed class CatalogWriter(CatalogConnection catalog, CatalogGeneration generation)
{
    /// <summary>Adds or replaces assets by path, with their one item, vector and words.</summary>
    /// <param name="batch">Assets with unit-norm vectors of the right length, each path once.</param>
    /// <returns>The item of each asset in order, and the revision that holds them.</returns>
    /// <exception cref="GenerationSwitchedException">Another generation runs: these vectors would be of the wrong model.</exception>
    public (long[] ItemIds, CatalogRevision Revision) Write(IReadOnlyList<AssetWrite> batch) => catalog.InTransaction(write: true, () =>
    {
        string[] others = OtherTables();
        CatalogRevision revision = NextRevision(catalog);
        var itemIds = new long[batch.Count];
        for (int i = 0; i < itemIds.Length; i++)
            itemIds[i] = Write(batch[i], revision.Number, others);
        return (itemIds, revision);
    });

    /// <summary>Removes assets with all that belongs to them.</summary>
    /// <returns>How many were there, the items that are gone, and the revision (the present one if nothing was there).</returns>
    public (int Removed, List<long> ItemIds, CatalogRevision Revision) Remove(IEnumerable<long> assetIds) => catalog.InTransaction(write: true, () =>
    {
        CatalogRevision revision = NextRevision(catalog);
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
            // Items, vectors of all generations, tags and fields go with the asset (ON DELETE CASCADE).
            removed += catalog.Run("DELETE FROM asset WHERE id = $1", assetId);
            itemIds.AddRange(items);
        }
        return (removed, itemIds, revision);
    });

    /// <summary>Counts one transaction more.</summary>
    public static CatalogRevision NextRevision(CatalogConnection catalog)
    {
        long stamp = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
        return new CatalogRevision(catalog.Integer("INSERT INTO revision(stamp) VALUES ($1) RETURNING number", stamp), stamp);
    }

    private long Write(AssetWrite write, long revision, string[] others)
    {
        Asset asset = AssetRow.Normalize(write.Asset, DateTimeOffset.UtcNow);
        (long assetId, bool replaced, bool otherBytes) = AssetRow.Write(catalog, asset);
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
            WriteVector(itemId, vector);
            Forget(itemId, otherBytes ? others : []);
            words[0] = itemId;
            catalog.Run("UPDATE words SET title = $2, tags = $3, path = $4, text = $5 WHERE rowid = $1", words);
            return itemId;
        }
        itemId = catalog.Integer(
            "INSERT INTO item(asset_id, kind, revision) VALUES ($1, $2, $3) RETURNING id", assetId, (long)ItemKind.Picture, revision);
        WriteVector(itemId, vector);
        words[0] = itemId;
        catalog.Run("INSERT INTO words(rowid, title, tags, path, text) VALUES ($1, $2, $3, $4, $5)", words);
        return itemId;
    }

    // A picture that could not be embedded for this generation has no row yet.
    private void WriteVector(long itemId, byte[] vector) => catalog.Run(
        $"INSERT INTO {generation.Table}(item_id, data) VALUES ($1, $2) ON CONFLICT(item_id) DO UPDATE SET data = excluded.data", itemId, vector);

    /// <summary>The other generations' vectors of a picture that has changed are of what it was: it has to be embedded for them again.</summary>
    private void Forget(long itemId, string[] others)
    {
        foreach (string table in others)
            catalog.Run($"DELETE FROM {table} WHERE item_id = $1", itemId);
        catalog.Run("DELETE FROM gap WHERE item_id = $1 AND generation = $2", itemId, (long)generation.Number);
    }

    private string[] OtherTables()
    {
        IReadOnlyList<CatalogGeneration> all = CatalogGenerations.All(catalog);
        CatalogGeneration running = all.First(one => one.State == GenerationState.Running);
        if (running.Number != generation.Number)
            throw new GenerationSwitchedException(generation.Number, running.Number);
        return [.. all.Where(one => one.Number != generation.Number).Select(one => one.Table)];
    }

    private static string Words(string? text) => text is null ? "" : TextQuery.Separate(text);
}
