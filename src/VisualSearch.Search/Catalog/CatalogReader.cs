using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using VisualSearch.Ann;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Catalog;

/// <summary>Reads a catalog through one connection; used by one thread at a time, see <see cref="CatalogReaders"/>.</summary>
internal sealed class CatalogReader : IDisposable
{
    private IdSet? allowedItems;

    public CatalogReader(CatalogConnection catalog)
    {
        Catalog = catalog;
        catalog.AddFunction("allowed", itemId => allowedItems is null || allowedItems.Contains((ulong)itemId));
    }

    public CatalogConnection Catalog { get; }

    public CatalogRevision Revision()
    {
        using SqliteDataReader row = Catalog.Statement("SELECT number, stamp FROM revision ORDER BY number DESC LIMIT 1").ExecuteReader();
        return row.Read() ? new CatalogRevision(row.GetInt64(0), row.GetInt64(1)) : default;
    }

    /// <summary>Whether this history went through that revision.</summary>
    public bool Contains(CatalogRevision revision) =>
        revision == default || Catalog.Scalar("SELECT stamp FROM revision WHERE number = $1", revision.Number) is long stamp && stamp == revision.Stamp;

    public (long Assets, long Items) Counts() =>
        (Catalog.Integer("SELECT COUNT(*) FROM asset"), Catalog.Integer("SELECT COUNT(*) FROM item"));

    public IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds)
    {
        var found = new Dictionary<long, ItemRecord>(itemIds.Count);
        SqliteCommand command = Catalog.Statement(
            $"""
            SELECT {AssetRow.Columns}, i.id, i.asset_id, i.kind, i.start, i.end
            FROM item i JOIN asset a ON a.id = i.asset_id WHERE i.id IN (SELECT value FROM json_each($1))
            """, JsonArray(itemIds));
        using (SqliteDataReader row = command.ExecuteReader())
        {
            while (row.Read())
            {
                Item item = ReadItem(row, AssetRow.ColumnCount);
                found.Add(item.Id, new ItemRecord(item, AssetRow.Read(row)));
            }
        }

        long[] passages = [.. found.Values.Where(record => record.Item.Kind == ItemKind.Passage).Select(record => record.Item.Id)];
        if (passages.Length > 0)
        {
            foreach ((long id, string text) in PassageRows.Texts(Catalog, passages))
                found[id] = found[id] with { Item = found[id].Item with { Text = text } };
        }

        var records = new List<ItemRecord>(found.Count);
        foreach (long id in itemIds)
            if (found.TryGetValue(id, out ItemRecord? record))
                records.Add(record);
        return records;
    }

    /// <summary>All pictures, in order of item, with the digests of their bytes.</summary>
    public IEnumerable<RegionPicture> Pictures()
    {
        using SqliteDataReader row = Catalog.Statement(
            "SELECT i.id, a.path, a.content_hash FROM item i JOIN asset a ON a.id = i.asset_id WHERE i.kind = 0 ORDER BY i.id").ExecuteReader();
        while (row.Read())
            yield return new RegionPicture(row.GetInt64(0), row.GetString(1), row.GetString(2));
    }

    public Asset? FindAsset(long assetId) => SingleAsset(Catalog.Statement($"SELECT {AssetRow.Columns} FROM asset a WHERE a.id = $1", assetId));

    public Asset? FindAssetByPath(string path) =>
        SingleAsset(Catalog.Statement($"SELECT {AssetRow.Columns} FROM asset a WHERE a.path = $1", CatalogText.Clean(path)));

    public Item? FindItem(long itemId) => Items("WHERE id = $1", itemId) is [var item] ? item : null;

    public IReadOnlyList<Item> ItemsOf(long assetId) => Items("WHERE asset_id = $1 ORDER BY start, id", assetId);

    public IReadOnlyList<Item> LoadItems(IReadOnlyList<long> itemIds)
    {
        Dictionary<long, Item> found = Items("WHERE id IN (SELECT value FROM json_each($1))", JsonArray(itemIds)).ToDictionary(static item => item.Id);
        return [.. itemIds.Where(found.ContainsKey).Select(id => found[id])];
    }

    private List<Item> Items(string which, object value)
    {
        var items = new List<Item>();
        using (SqliteDataReader row = Catalog.Statement($"SELECT id, asset_id, kind, start, end FROM item {which}", value).ExecuteReader())
        {
            while (row.Read())
                items.Add(ReadItem(row, 0));
        }

        if (items.Exists(static item => item.Kind == ItemKind.Passage))
        {
            Dictionary<long, string> texts = PassageRows.Texts(Catalog, items.Where(static item => item.Kind == ItemKind.Passage).Select(static item => item.Id));
            items = [.. items.Select(item => texts.TryGetValue(item.Id, out string? text) ? item with { Text = text } : item)];
        }

        return items;
    }

    /// <summary>What a scan compares with the disk. A picture that a generation has no vector of is given as changed, so that it is read again.</summary>
    public Dictionary<string, AssetFileState> FileStates(string? root, CatalogGeneration generation)
    {
        const string Select = "SELECT id, path, size_bytes, modified_ticks, content_hash, metadata_digest FROM asset";
        var states = new Dictionary<string, AssetFileState>((int)Catalog.Integer("SELECT COUNT(*) FROM asset"), StringComparer.Ordinal);
        SqliteCommand command = root is null ? Catalog.Statement(Select) : Catalog.Statement($"{Select} WHERE root = $1", CatalogText.Clean(root));
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            string path = row.GetString(1);
            states.Add(path, new AssetFileState(row.GetInt64(0), path, row.GetInt64(2), row.GetInt64(3), row.GetString(4), row.GetString(5)));
        }
        foreach (string path in Gaps(generation).Select(gap => gap.Path))
            if (states.TryGetValue(path, out AssetFileState? state))
                states[path] = state with { ModifiedTicks = -1, ContentHash = "" };
        return states;
    }

    /// <summary>The items that a generation has no vector of because their pictures could not be embedded, in order.</summary>
    public List<GenerationGap> Gaps(CatalogGeneration generation)
    {
        var gaps = new List<GenerationGap>();
        if (Catalog.Integer("PRAGMA user_version") == CatalogSchema.FirstFormat)
            return gaps;
        SqliteCommand command = Catalog.Statement(
            """
            SELECT g.item_id, a.path, g.reason FROM gap g JOIN item i ON i.id = g.item_id JOIN asset a ON a.id = i.asset_id
            WHERE g.generation = $1 ORDER BY g.item_id
            """, (long)generation.Number);
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
            gaps.Add(new GenerationGap(row.GetInt64(0), row.GetString(1), row.GetString(2)));
        return gaps;
    }

    /// <summary>Names of payload fields that the newest assets have; bounded, since it reads each one's whole payload.</summary>
    public IReadOnlyList<string> PayloadNames(int assets)
    {
        var names = new List<string>();
        SqliteCommand command = Catalog.Statement(
            "SELECT DISTINCT f.key FROM (SELECT fields FROM asset ORDER BY id DESC LIMIT $1) a, json_each(a.fields) f ORDER BY f.key", (long)assets);
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
            names.Add(row.GetString(0));
        return names;
    }

    /// <summary>Pictures and shots at even steps from the lowest id to the highest; fewer than asked for where ids have gaps.</summary>
    public IReadOnlyList<long> SpreadItems(int count)
    {
        var items = new List<long>(count);
        using SqliteDataReader row = Catalog.Statement(
            """
            WITH RECURSIVE step(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n + 1 < $1),
                bounds AS (SELECT MIN(id) AS low, MAX(id) AS high FROM item)
            SELECT DISTINCT (SELECT MIN(id) FROM item WHERE kind <> 2 AND id >= low + (high - low) * (2 * n + 1) / (2 * $1)) FROM step, bounds
            """, (long)count).ExecuteReader();
        while (row.Read())
            if (!row.IsDBNull(0))
                items.Add(row.GetInt64(0));
        return items;
    }

    /// <summary>Ids that a statement's only column lists, added to a set.</summary>
    public void Collect(IdSet ids, string sql, params ReadOnlySpan<object?> values)
    {
        using SqliteDataReader row = Catalog.Statement(sql, values).ExecuteReader();
        while (row.Read())
            ids.Add((ulong)row.GetInt64(0));
    }

    /// <summary>Items that changed after a revision, with their vectors in a generation, in order of id, in blocks of at most <paramref name="block"/>.</summary>
    /// <returns>Ids and their vectors one after another; both arrays are overwritten by the next block.</returns>
    public IEnumerable<(ArraySegment<ulong> Ids, float[] Vectors)> ChangedSince(CatalogGeneration generation, long revision, int block)
    {
        int dimension = generation.Model.Dimension;
        var ids = new ulong[block];
        var vectors = new float[(long)block * dimension];
        int count = 0;
        // Without a revision to start from the table's own order is the fastest.
        SqliteCommand command = revision == 0
            ? Catalog.Statement($"SELECT item_id, data FROM {generation.Table} ORDER BY item_id")
            : Catalog.Statement($"SELECT i.id, v.data FROM item i JOIN {generation.Table} v ON v.item_id = i.id WHERE i.revision > $1 ORDER BY i.id", revision);
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            ids[count] = (ulong)row.GetInt64(0);
            ReadVector(row, 1, vectors.AsSpan(count * dimension, dimension));
            if (++count == block)
            {
                yield return (new ArraySegment<ulong>(ids, 0, count), vectors);
                count = 0;
            }
        }
        if (count > 0)
            yield return (new ArraySegment<ulong>(ids, 0, count), vectors);
    }

    /// <summary>Copies an item's vector in a generation, if it has one.</summary>
    public bool TryGetVector(CatalogGeneration generation, long itemId, float[] vector)
    {
        using SqliteDataReader row = Catalog.Statement($"SELECT item_id, data FROM {generation.Table} WHERE item_id = $1", itemId).ExecuteReader();
        if (!row.Read())
            return false;
        ReadVector(row, 1, vector);
        return true;
    }

    /// <summary>Items that were removed after a revision.</summary>
    public List<ulong> RemovedSince(long revision)
    {
        var ids = new List<ulong>();
        using SqliteDataReader row = Catalog.Statement("SELECT item_id FROM removed WHERE revision > $1", revision).ExecuteReader();
        while (row.Read())
            ids.Add((ulong)row.GetInt64(0));
        return ids;
    }

    /// <summary>Pictures and shots that were removed after a revision, or changed and not embedded for a generation since.</summary>
    public List<ulong> RemovedSince(CatalogGeneration generation, long revision)
    {
        List<ulong> ids = RemovedSince(revision);
        SqliteCommand command = Catalog.Statement(
            $"""
            SELECT id FROM item i WHERE revision > $1 AND kind <> {(int)ItemKind.Passage} AND NOT EXISTS (SELECT 1 FROM {generation.Table} v WHERE v.item_id = i.id)
            """, revision);
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
            ids.Add((ulong)row.GetInt64(0));
        return ids;
    }

    /// <summary>The ids of all items that have a vector in a generation.</summary>
    public IEnumerable<ulong> ItemsIn(CatalogGeneration generation)
    {
        using SqliteDataReader row = Catalog.Statement($"SELECT item_id FROM {generation.Table}").ExecuteReader();
        while (row.Read())
            yield return (ulong)row.GetInt64(0);
    }

    /// <summary>Copies a vector blob.</summary>
    /// <exception cref="InvalidDataException">It has not the length that the collection's dimension asks for.</exception>
    public static void ReadVector(SqliteDataReader row, int column, Span<float> vector)
    {
        byte[] data = (byte[])row.GetValue(column);
        if (data.Length != vector.Length * sizeof(float))
            throw new InvalidDataException($"item {row.GetInt64(0)} has a vector of {data.Length} bytes instead of {vector.Length * sizeof(float)}");
        MemoryMarshal.Cast<byte, float>(data).CopyTo(vector);
    }

    /// <summary>Runs <paramref name="work"/> while the SQL function <c>allowed(itemId)</c> answers by the set (null: always true).</summary>
    public T WithAllowed<T>(IdSet? items, Func<T> work)
    {
        allowedItems = items;
        try
        {
            return work();
        }
        finally
        {
            allowedItems = null;
        }
    }

    public static string JsonArray(IEnumerable<long> numbers)
    {
        var json = new StringBuilder("[");
        foreach (long number in numbers)
            json.Append(CultureInfo.InvariantCulture, $"{(json.Length > 1 ? "," : "")}{number}");
        return json.Append(']').ToString();
    }

    public void Dispose() => Catalog.Dispose();

    private static Asset? SingleAsset(SqliteCommand command)
    {
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() ? AssetRow.Read(row) : null;
    }

    private static Item ReadItem(SqliteDataReader row, int first) => new()
    {
        Id = row.GetInt64(first),
        AssetId = row.GetInt64(first + 1),
        Kind = (ItemKind)row.GetInt32(first + 2),
        Start = row.IsDBNull(first + 3) ? null : row.GetDouble(first + 3),
        End = row.IsDBNull(first + 4) ? null : row.GetDouble(first + 4),
    };
}
