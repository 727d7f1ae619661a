namespace VisualSearch.Search.Catalog;

/// <summary>
/// The catalog's tables. SQLite is the truth about everything, vectors included; the vector index beside it is derived and
/// can be made again.
/// <code>
/// meta(key, value)              id, created
/// revision(number, stamp)       one row per transaction; the index says up to which revision it knows the catalog. The random
///                               stamp tells two histories apart that reached the same number (a restored backup)
/// asset ─┬─ tag, field          payload once more, one row a value: what filters and facets look up
///        └─ item ─┬─ vector     float32, little-endian, unit norm; a table a generation: vector, vector_2, vector_3 …
///                 ├─ gap        items that a generation has no vector of, with the reason
///                 ├─ words      FTS5 over title, tags, path and text; rowid = item id
///                 ├─ keyframe   pictures out of a shot, each with its second and, a generation, its vector
///                 └─ passage    what is said in a time span, and passage_vector: its vector, a text model
/// video                         storyboard and transcript, one row a video
/// generation                    number, state (building, running, kept), model; at most one is built and one runs
/// removed(item_id, revision)    what an index that lags behind has to forget; ids are never used twice
/// </code>
/// Why generations are tables of one file, and not files of their own: a batch of new pictures changes assets, items and the running
/// generation's vectors, and a switch changes which generation runs. Each is one transaction of one file and so all or nothing after
/// any crash; over several files a write-ahead log commits one after the other (SQLite, "ATTACH DATABASE"). The
/// price is that the space of a dropped generation is given back only by rewriting the file.
/// </summary>
/// <remarks>
/// Format 1 knew one generation, which stood in <c>meta</c> (model, model_name, dimension, generation); format 2 knew no videos. Both are
/// read as they are, and brought up to format 3 when they are first opened to write.
/// </remarks>
internal static class CatalogSchema
{
    /// <summary>Stored in <c>user_version</c>; a catalog with a later one is refused.</summary>
    public const int FormatVersion = 3;

    /// <summary>The oldest format that is read.</summary>
    public const int FirstFormat = 1;

    /// <summary>Stored in <c>application_id</c>, so that another program's database is not taken for a catalog: "VSCT".</summary>
    public const int ApplicationId = 0x56534354;

    /// <summary>
    /// A float32 vector of 512 fills 2 KiB and a bit: with SQLite's usual 4 KiB only one fits a page and half is wasted, with
    /// 8 KiB a quarter is.
    /// </summary>
    public const int PageSize = 8192;

    public const string Tables = """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
        CREATE TABLE revision(number INTEGER PRIMARY KEY AUTOINCREMENT, stamp INTEGER NOT NULL);
        CREATE TABLE asset(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path TEXT NOT NULL UNIQUE,
            root TEXT NOT NULL,
            relative_path TEXT NOT NULL,
            folder TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            modified_ticks INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            metadata_digest TEXT NOT NULL,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            perceptual_hash INTEGER NOT NULL,
            average_color INTEGER NOT NULL,
            indexed_at INTEGER NOT NULL,
            title TEXT,
            tags TEXT NOT NULL,
            fields TEXT NOT NULL,
            text TEXT);
        CREATE TABLE item(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            asset_id INTEGER NOT NULL REFERENCES asset(id) ON DELETE CASCADE,
            kind INTEGER NOT NULL,
            start REAL,
            end REAL,
            revision INTEGER NOT NULL);
        CREATE INDEX item_of_asset ON item(asset_id);
        CREATE INDEX item_by_revision ON item(revision);
        CREATE TABLE removed(item_id INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
        CREATE INDEX removed_by_revision ON removed(revision);
        CREATE TABLE tag(
            asset_id INTEGER NOT NULL REFERENCES asset(id) ON DELETE CASCADE,
            folded TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY(asset_id, folded)) WITHOUT ROWID;
        CREATE INDEX tag_by_value ON tag(folded, value, asset_id);
        CREATE TABLE field(
            asset_id INTEGER NOT NULL REFERENCES asset(id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            kind INTEGER NOT NULL,
            folded TEXT NOT NULL,
            value TEXT NOT NULL,
            number REAL,
            PRIMARY KEY(asset_id, name)) WITHOUT ROWID;
        CREATE INDEX field_by_value ON field(name, folded, kind, value, asset_id);
        CREATE INDEX field_by_number ON field(name, number, asset_id) WHERE number IS NOT NULL;
        CREATE VIRTUAL TABLE words USING fts5(title, tags, path, text, tokenize = 'porter unicode61 remove_diacritics 2');
        """;

    /// <summary>What format 2 added. The tables of vectors are made with their generations.</summary>
    public const string GenerationTables = """
        CREATE TABLE generation(
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            state TEXT NOT NULL,
            model TEXT NOT NULL,
            model_name TEXT NOT NULL,
            dimension INTEGER NOT NULL,
            model_folder TEXT NOT NULL,
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL);
        CREATE UNIQUE INDEX generation_in_use ON generation(state) WHERE state <> 'kept';
        CREATE TABLE gap(
            generation INTEGER NOT NULL REFERENCES generation(number) ON DELETE CASCADE,
            item_id INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE,
            reason TEXT NOT NULL,
            PRIMARY KEY(generation, item_id)) WITHOUT ROWID;
        CREATE INDEX gap_of_item ON gap(item_id);
        """;

    /// <summary>
    /// What format 3 added. Keyframes are no items: a shot is found by its own vector, the mean of theirs, and they say at which second.
    /// Vectors of passages are kept by the model that made them, since that may be another one than the pictures'.
    /// </summary>
    public const string VideoTables = """
        CREATE TABLE keyframe(
            generation INTEGER NOT NULL REFERENCES generation(number) ON DELETE CASCADE,
            item_id INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE,
            seconds REAL NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY(item_id, generation, seconds)) WITHOUT ROWID;
        CREATE INDEX keyframe_of_generation ON keyframe(generation);
        CREATE TABLE passage(item_id INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE, text TEXT NOT NULL);
        CREATE TABLE passage_vector(
            item_id INTEGER NOT NULL REFERENCES item(id) ON DELETE CASCADE,
            model TEXT NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY(item_id, model)) WITHOUT ROWID;
        CREATE TABLE video(
            asset_id INTEGER PRIMARY KEY REFERENCES asset(id) ON DELETE CASCADE,
            storyboard BLOB NOT NULL,
            tiles TEXT NOT NULL,
            transcript TEXT NOT NULL);
        """;
}
