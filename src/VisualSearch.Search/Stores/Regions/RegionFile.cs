using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>
/// The patch vectors of one generation's pictures, in a file of their own beside the catalog: they are sixteen times as long as the
/// pictures' vectors, not every collection wants them, and all of it can be made again.
/// <code>
/// regions-N.db       meta(key, value)                                   which catalog and generation they belong to; revision
///                    patches(item_id, content_hash, revision, grid)      grid: PatchGrid.Write
/// regions-N.hnsw     RegionIndex: some windows of each grid
/// </code>
/// A row holds the digest of the picture that it was made from. A picture that has changed since has another one in the catalog, and
/// its row is passed over until it is made again.
/// </summary>
internal sealed class RegionFile : IDisposable
{
    private const string Tables = """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
        CREATE TABLE patches(item_id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL, revision INTEGER NOT NULL, grid BLOB NOT NULL);
        CREATE INDEX patches_by_item ON patches(item_id, content_hash);
        CREATE INDEX patches_by_revision ON patches(revision);
        INSERT INTO meta(key, value) VALUES ('revision', 0);
        """;

    private readonly CatalogConnection file;
    private readonly int dimension;
    private readonly Lock gate = new();

    private RegionFile(CatalogConnection file, int dimension)
    {
        this.file = file;
        this.dimension = dimension;
    }

    /// <summary>How many pictures have patches here.</summary>
    public long Count
    {
        get
        {
            lock (gate)
                return file.Integer("SELECT COUNT(*) FROM patches");
        }
    }

    /// <summary>Counts the changes.</summary>
    public long Revision
    {
        get
        {
            lock (gate)
                return file.Integer("SELECT value FROM meta WHERE key = 'revision'");
        }
    }

    /// <summary>Where a generation's patches are.</summary>
    public static string PathOf(string folder, int generation) => Path.Combine(folder, $"regions-{generation}.db");

    /// <summary>Opens the file to read; null when there is none, or one of another catalog.</summary>
    public static RegionFile? TryOpen(string folder, CatalogIdentity identity)
    {
        string path = PathOf(folder, identity.Generation.Number);
        if (!File.Exists(path))
            return null;
        return CatalogFile.Guarded(path, () => Belonging(CatalogConnection.OpenToRead(path), identity));
    }

    /// <summary>Opens the file to write, and makes it first where there is none, or one of another catalog.</summary>
    public static RegionFile OpenToWrite(string folder, CatalogIdentity identity)
    {
        string path = PathOf(folder, identity.Generation.Number);
        return CatalogFile.Guarded(path, () =>
        {
            if (Belonging(CatalogConnection.OpenToWrite(path, create: true), identity) is RegionFile present)
                return present;
            Delete(folder, identity.Generation.Number);
            CatalogConnection made = CatalogConnection.OpenToWrite(path, create: true);
            made.InTransaction(write: true, () =>
            {
                made.Execute(Tables);
                made.Run("INSERT INTO meta(key, value) VALUES ('catalog', $1)", identity.Id.ToString());
                return made.Run("INSERT INTO meta(key, value) VALUES ('model', $1)", identity.Model.Fingerprint);
            });
            return new RegionFile(made, identity.Model.Dimension);
        });
    }

    /// <summary>Deletes a generation's patches and their index.</summary>
    public static void Delete(string folder, int generation)
    {
        string path = PathOf(folder, generation);
        foreach (string file in (string[])[path, path + "-wal", path + "-shm", RegionIndex.PathOf(folder, generation)])
            File.Delete(file);
    }

    /// <summary>The patches of an item, and the digest of the picture that they are of; null when there are none.</summary>
    public (string ContentHash, PatchGrid Grid)? Find(long itemId)
    {
        lock (gate)
        {
            using var row = file.Statement("SELECT content_hash, grid FROM patches WHERE item_id = $1", itemId).ExecuteReader();
            return row.Read() ? (row.GetString(0), PatchGrid.Read((byte[])row.GetValue(1), dimension)) : null;
        }
    }

    /// <summary>Which items have patches, and of which pictures.</summary>
    public Dictionary<long, string> Digests()
    {
        var digests = new Dictionary<long, string>();
        lock (gate)
        {
            using var row = file.Statement("SELECT item_id, content_hash FROM patches").ExecuteReader();
            while (row.Read())
                digests.Add(row.GetInt64(0), row.GetString(1));
        }
        return digests;
    }

    /// <summary>The items whose patches were written after a revision, in blocks.</summary>
    public IEnumerable<IReadOnlyList<(long ItemId, PatchGrid Grid)>> ChangedSince(long revision, int block)
    {
        long after = 0;
        while (true)
        {
            var rows = new List<(long, PatchGrid)>(block);
            lock (gate)
            {
                using var row = file.Statement("SELECT item_id, grid FROM patches WHERE revision > $1 AND item_id > $2 ORDER BY item_id LIMIT $3", revision, after, (long)block).ExecuteReader();
                while (row.Read())
                    rows.Add((row.GetInt64(0), PatchGrid.Read((byte[])row.GetValue(1), dimension)));
            }
            if (rows.Count == 0)
                yield break;
            after = rows[^1].Item1;
            yield return rows;
        }
    }

    /// <summary>Writes patches in one transaction; when it returns they are on disk.</summary>
    public void Write(IReadOnlyList<(long ItemId, string ContentHash, PatchGrid Grid)> batch)
    {
        lock (gate)
        {
            file.InTransaction(write: true, () =>
            {
                long revision = NextRevision();
                foreach ((long itemId, string contentHash, PatchGrid grid) in batch)
                {
                    byte[] bytes = new byte[PatchGrid.SizeOf(grid.Rows, grid.Columns, grid.Dimension)];
                    grid.Write(bytes);
                    file.Run("INSERT OR REPLACE INTO patches(item_id, content_hash, revision, grid) VALUES ($1, $2, $3, $4)", itemId, contentHash, revision, bytes);
                }
                return true;
            });
        }
    }

    /// <summary>Forgets items.</summary>
    public void Remove(IReadOnlyCollection<long> itemIds)
    {
        if (itemIds.Count == 0)
            return;
        lock (gate)
        {
            file.InTransaction(write: true, () =>
            {
                NextRevision();
                foreach (long itemId in itemIds)
                    file.Run("DELETE FROM patches WHERE item_id = $1", itemId);
                return true;
            });
        }
    }

    public void Dispose() => file.Dispose();

    private long NextRevision() => file.Integer("UPDATE meta SET value = value + 1 WHERE key = 'revision' RETURNING value");

    private static RegionFile? Belonging(CatalogConnection file, CatalogIdentity identity)
    {
        bool same = file.Integer("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'patches'") == 1
            && file.Scalar("SELECT value FROM meta WHERE key = 'catalog'") is string catalog && catalog == identity.Id.ToString()
            && file.Scalar("SELECT value FROM meta WHERE key = 'model'") is string model && model == identity.Model.Fingerprint;
        if (same)
            return new RegionFile(file, identity.Model.Dimension);
        file.Dispose();
        return null;
    }
}
