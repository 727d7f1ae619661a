using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Catalog;

/// <summary>Between an <see cref="Asset"/> and a row of table <c>asset</c>.</summary>
internal static class AssetRow
{
    /// <summary>The columns that <see cref="Read"/> expects, of a table named <c>a</c>.</summary>
    public const string Columns = """
        a.id, a.path, a.root, a.relative_path, a.size_bytes, a.modified_ticks, a.content_hash, a.format, a.width, a.height,
        a.perceptual_hash, a.average_color, a.indexed_at, a.title, a.tags, a.fields, a.text, a.metadata_digest
        """;

    /// <summary>How many columns that is.</summary>
    public const int ColumnCount = 18;

    // Readable in the sqlite3 shell; the text never meets HTML.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The asset as the catalog will give it back: storable texts, each payload name once, the time of writing set.</summary>
    public static Asset Normalize(Asset asset, DateTimeOffset now) => asset with
    {
        Path = CatalogText.Clean(asset.Path),
        Root = CatalogText.Clean(asset.Root),
        RelativePath = CatalogText.Clean(asset.RelativePath),
        ContentHash = CatalogText.Clean(asset.ContentHash),
        MetadataDigest = CatalogText.Clean(asset.MetadataDigest),
        Format = CatalogText.Clean(asset.Format),
        Title = asset.Title is null ? null : CatalogText.Clean(asset.Title),
        Text = asset.Text is null ? null : CatalogText.Clean(asset.Text),
        Tags = [.. asset.Tags.Select(CatalogText.Clean).DistinctBy(CatalogText.Fold)],
        Fields = Normalize(asset.Fields),
        IndexedAt = asset.IndexedAt == default ? now : asset.IndexedAt.ToUniversalTime(),
    };

    /// <summary>
    /// Adds a normalized asset, or replaces the one with its path, with its rows in <c>tag</c> and <c>field</c>.
    /// </summary>
    /// <returns>The asset's id, whether it was there before, and whether its file had other bytes then (or unknown ones).</returns>
    public static (long Id, bool Replaced, bool OtherBytes) Write(CatalogConnection catalog, Asset asset)
    {
        long id = catalog.Integer("SELECT id FROM asset WHERE path = $1", asset.Path);
        bool replaced = id != 0;
        bool otherBytes = replaced && (asset.ContentHash.Length == 0 || catalog.Scalar("SELECT content_hash FROM asset WHERE id = $1", id) as string != asset.ContentHash);
        if (replaced)
        {
            catalog.Run("DELETE FROM tag WHERE asset_id = $1", id);
            catalog.Run("DELETE FROM field WHERE asset_id = $1", id);
        }
        id = catalog.Integer(
            """
            INSERT INTO asset(id, path, root, relative_path, folder, size_bytes, modified_ticks, content_hash, format, width, height,
                perceptual_hash, average_color, indexed_at, title, tags, fields, text, metadata_digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT(id) DO UPDATE SET root = excluded.root, relative_path = excluded.relative_path, folder = excluded.folder,
                size_bytes = excluded.size_bytes, modified_ticks = excluded.modified_ticks, content_hash = excluded.content_hash,
                format = excluded.format, width = excluded.width, height = excluded.height,
                perceptual_hash = excluded.perceptual_hash, average_color = excluded.average_color, indexed_at = excluded.indexed_at,
                title = excluded.title, tags = excluded.tags, fields = excluded.fields, text = excluded.text,
                metadata_digest = excluded.metadata_digest
            RETURNING id
            """,
            replaced ? id : null, asset.Path, asset.Root, asset.RelativePath, FilterFields.Folder(asset.RelativePath), asset.SizeBytes,
            asset.ModifiedTicks, asset.ContentHash, asset.Format, (long)asset.Width, (long)asset.Height, unchecked((long)asset.PerceptualHash),
            (long)asset.AverageColor, asset.IndexedAt.UtcTicks, asset.Title, JsonSerializer.Serialize(asset.Tags, Json),
            JsonSerializer.Serialize(asset.Fields, Json), asset.Text, asset.MetadataDigest);

        foreach (string tag in asset.Tags)
            catalog.Run("INSERT INTO tag(asset_id, folded, value) VALUES ($1, $2, $3)", id, CatalogText.Fold(tag), tag);
        WriteFields(catalog, id, asset.Fields);
        return (id, replaced, otherBytes);
    }

    /// <summary>Reads <see cref="Columns"/> from <paramref name="first"/> on.</summary>
    public static Asset Read(SqliteDataReader row, int first = 0) => new()
    {
        Id = row.GetInt64(first),
        Path = row.GetString(first + 1),
        Root = row.GetString(first + 2),
        RelativePath = row.GetString(first + 3),
        SizeBytes = row.GetInt64(first + 4),
        ModifiedTicks = row.GetInt64(first + 5),
        ContentHash = row.GetString(first + 6),
        Format = row.GetString(first + 7),
        Width = row.GetInt32(first + 8),
        Height = row.GetInt32(first + 9),
        PerceptualHash = unchecked((ulong)row.GetInt64(first + 10)),
        AverageColor = (uint)row.GetInt64(first + 11),
        IndexedAt = new DateTimeOffset(row.GetInt64(first + 12), TimeSpan.Zero),
        Title = row.IsDBNull(first + 13) ? null : row.GetString(first + 13),
        Tags = JsonSerializer.Deserialize<string[]>(row.GetString(first + 14), Json)!,
        Fields = JsonSerializer.Deserialize<Dictionary<string, FieldValue>>(row.GetString(first + 15), Json)!,
        Text = row.IsDBNull(first + 16) ? null : row.GetString(first + 16),
        MetadataDigest = row.GetString(first + 17),
    };

    private static Dictionary<string, FieldValue> Normalize(IReadOnlyDictionary<string, FieldValue> fields)
    {
        var normalized = new Dictionary<string, FieldValue>(fields.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, FieldValue value) in fields)
            if (names.Add(CatalogText.Fold(name)))
                normalized.Add(CatalogText.Clean(name), value.Kind == FieldKind.Text ? CatalogText.Clean(value.Text) : value);
        return normalized;
    }

    private static void WriteFields(CatalogConnection catalog, long id, IReadOnlyDictionary<string, FieldValue> fields)
    {
        bool hasYear = false;
        double? yearTaken = null;
        foreach ((string name, FieldValue value) in fields)
        {
            string folded = CatalogText.Fold(name);
            hasYear |= folded == "YEAR";
            if (folded == "TAKENAT")
                yearTaken = FilterFields.YearTaken(value);
            Insert(folded, value);
        }
        if (!hasYear && yearTaken is double year)
            Insert("YEAR", year);

        void Insert(string name, FieldValue value)
        {
            string text = value.ToString();
            catalog.Run(
                "INSERT INTO field(asset_id, name, kind, folded, value, number) VALUES ($1, $2, $3, $4, $5, $6)",
                id, name, (long)value.Kind, CatalogText.Fold(text), text, value.Kind == FieldKind.Number ? value.Number : null);
        }
    }
}
