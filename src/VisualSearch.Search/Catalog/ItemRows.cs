using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>
/// The rows of what can be found of an asset: items, their vectors, words and keyframes. An item that stays what it was (its kind and its
/// time span) keeps its id when its asset is replaced; the others go.
/// </summary>
/// <param name="catalog">Within a transaction to write.</param>
/// <param name="generation">The generation that the vectors are for.</param>
/// <param name="others">The tables of the other generations.</param>
/// <param name="passageModel">The fingerprint of the model of passages' vectors.</param>
/// <param name="revision">The transaction's revision.</param>
internal sealed class ItemRows(CatalogConnection catalog, CatalogGeneration generation, string[] others, string passageModel, long revision)
{
    /// <summary>The items written so far whose vectors belong into the index of pictures, in order.</summary>
    public List<long> VisualItems { get; } = [];

    /// <summary>The items that their assets no longer have.</summary>
    public List<long> RemovedItems { get; } = [];

    /// <summary>The ids of an asset's items.</summary>
    public static List<long> Of(CatalogConnection catalog, long assetId)
    {
        var items = new List<long>(1);
        using SqliteDataReader row = catalog.Statement("SELECT id FROM item WHERE asset_id = $1", assetId).ExecuteReader();
        while (row.Read())
            items.Add(row.GetInt64(0));
        return items;
    }

    /// <summary>Removes an item with all that belongs to it.</summary>
    public static void Remove(CatalogConnection catalog, long itemId, long revision)
    {
        catalog.Run("DELETE FROM words WHERE rowid = $1", itemId);
        catalog.Run("DELETE FROM item WHERE id = $1", itemId);
        catalog.Run("INSERT INTO removed(item_id, revision) VALUES ($1, $2)", itemId, revision);
    }

    /// <summary>Writes an asset's items.</summary>
    /// <param name="asset">The asset with its id.</param>
    /// <param name="items">What it has.</param>
    /// <param name="replaced">Whether the asset was there before.</param>
    /// <param name="otherBytes">Whether its file had other bytes then: the other generations' vectors are of those.</param>
    public void Write(Asset asset, IReadOnlyList<PreparedItem> items, bool replaced, bool otherBytes)
    {
        Dictionary<(long Kind, double? Start, double? End), Queue<long>> before = replaced ? Before(asset.Id) : [];
        foreach (PreparedItem item in items)
        {
            bool stays = before.TryGetValue(((long)item.Kind, item.Start, item.End), out Queue<long>? ids) && ids.Count > 0;
            long itemId = stays ? ids!.Dequeue() : Insert(asset.Id, item);
            if (stays)
                Renew(itemId, otherBytes);
            if (item.IsVisual)
            {
                WriteVector(itemId, item);
                VisualItems.Add(itemId);
            }
            else
            {
                WritePassage(itemId, item);
            }
            if (item.Kind != ItemKind.Shot)
                WriteWords(itemId, asset, item, stays);
        }
        foreach (long gone in before.Values.SelectMany(ids => ids))
        {
            Remove(catalog, gone, revision);
            RemovedItems.Add(gone);
        }
    }

    private Dictionary<(long Kind, double? Start, double? End), Queue<long>> Before(long assetId)
    {
        var before = new Dictionary<(long, double?, double?), Queue<long>>();
        using SqliteDataReader row = catalog.Statement("SELECT id, kind, start, end FROM item WHERE asset_id = $1 ORDER BY id", assetId).ExecuteReader();
        while (row.Read())
        {
            (long, double?, double?) what = (row.GetInt64(1), row.IsDBNull(2) ? null : row.GetDouble(2), row.IsDBNull(3) ? null : row.GetDouble(3));
            if (!before.TryGetValue(what, out Queue<long>? ids))
                before.Add(what, ids = new Queue<long>());
            ids.Enqueue(row.GetInt64(0));
        }
        return before;
    }

    private long Insert(long assetId, PreparedItem item) => catalog.Integer(
        "INSERT INTO item(asset_id, kind, start, end, revision) VALUES ($1, $2, $3, $4, $5) RETURNING id", assetId, (long)item.Kind, item.Start, item.End, revision);

    /// <summary>The other generations' vectors of a file that has changed are of what it was: it has to be embedded for them again.</summary>
    private void Renew(long itemId, bool otherBytes)
    {
        catalog.Run("UPDATE item SET revision = $2 WHERE id = $1", itemId, revision);
        foreach (string table in otherBytes ? others : [])
            catalog.Run($"DELETE FROM {table} WHERE item_id = $1", itemId);
        catalog.Run("DELETE FROM gap WHERE item_id = $1 AND generation = $2", itemId, (long)generation.Number);
        catalog.Run("DELETE FROM keyframe WHERE item_id = $1 AND (generation = $2 OR $3)", itemId, (long)generation.Number, otherBytes ? 1L : 0L);
        catalog.Run("DELETE FROM passage_vector WHERE item_id = $1", itemId);
    }

    // A picture that could not be embedded for this generation has no row yet.
    private void WriteVector(long itemId, PreparedItem item)
    {
        catalog.Run(
            $"INSERT INTO {generation.Table}(item_id, data) VALUES ($1, $2) ON CONFLICT(item_id) DO UPDATE SET data = excluded.data", itemId, Bytes(item.Vector));
        KeyframeRows.Write(catalog, generation, itemId, item.Keyframes);
    }

    private void WritePassage(long itemId, PreparedItem item)
    {
        catalog.Run("INSERT OR REPLACE INTO passage(item_id, text) VALUES ($1, $2)", itemId, item.Text);
        catalog.Run("INSERT OR REPLACE INTO passage_vector(item_id, model, data) VALUES ($1, $2, $3)", itemId, passageModel, Bytes(item.Vector));
    }

    private void WriteWords(long itemId, Asset asset, PreparedItem item, bool stays)
    {
        object?[] words = item.HasAssetWords
            ? [itemId, Words(asset.Title), Words(string.Join(" ", asset.Tags)), Words(asset.RelativePath.Length > 0 ? asset.RelativePath : Path.GetFileName(asset.Path)), Words(asset.Text)]
            : [itemId, "", "", "", Words(item.Text)];
        catalog.Run(
            stays
                ? "UPDATE words SET title = $2, tags = $3, path = $4, text = $5 WHERE rowid = $1"
                : "INSERT INTO words(rowid, title, tags, path, text) VALUES ($1, $2, $3, $4, $5)",
            words);
    }

    private static byte[] Bytes(float[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    private static string Words(string? text) => text is null ? "" : TextQuery.Separate(text);
}
