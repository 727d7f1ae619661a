using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>An item with its asset as payload of a Qdrant point, and back. The point's id is the item's.</summary>
/// <remarks>
/// <code>
/// { "item":  { "id", "kind", "start", "end", "text" },                           the record, to read back
///   "asset": { "id", "path", "root", …, "tags": [ ], "fields": { name: value } },
///   "v":     { NAME: [ { "k", "s", "n", "o0", "o1", … }, … ] } }                  the values that filters and facets see
/// </code>
/// <para>Each value of each field of <see cref="FilterFields"/> is an entry of <c>v.NAME</c>: <c>s</c> is its text, <c>k</c> that text folded (texts
/// that differ only in case are equal), <c>n</c> its number where it is one. <c>o0</c>, <c>o1</c>, … are the UTF-8 bytes of a folded text, six a number, with
/// zeros after the end, so that texts have an order: Qdrant has ranges of numbers only. There are no times among them: the filter language orders
/// ISO 8601 times as the texts they are.</para>
/// <para>NAME is the folded name with everything but A-Z, 0-9 and _ written as - and two hexadecimal digits a byte: a path of Qdrant's has no way to
/// quote every name.</para>
/// <para>Fractions and 64-bit hashes are texts in the record: Qdrant reads a fraction to within one unit in the last place only, and integers
/// above 2^63 as fractions.</para>
/// </remarks>
public static class QdrantPayload
{
    /// <summary>Bytes of a text in one number: the most that a double holds exactly.</summary>
    internal const int OrderBytes = 6;

    /// <summary>Numbers of a text at most: enough to compare with any text that the filter language allows, up to its end.</summary>
    internal const int MaxOrderNumbers = (FilterParser.MaxTextLength * 3 / OrderBytes) + 1;

    private const string Entries = "v";

    // Letters as they are, not as \u escapes: half the bytes of any text beyond ASCII. It never meets HTML.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The key of an asset's number: what groups by asset go by.</summary>
    public const string AssetIdKey = "asset.id";

    /// <summary>The key of an asset's absolute path.</summary>
    public const string AssetPathKey = "asset.path";

    /// <summary>The key of an asset's path below its root.</summary>
    public const string RelativePathKey = "asset.relative_path";

    /// <summary>The key of the digest of an asset's bytes.</summary>
    public const string ContentHashKey = "asset.content_hash";

    /// <summary>What to ask for to read a record back; what filters see stays on the server.</summary>
    public static PayloadSelection Record { get; } = PayloadSelection.Only("item", "asset");

    /// <summary>What to ask for to know an item without its asset.</summary>
    public static PayloadSelection Item { get; } = PayloadSelection.Only("item", AssetIdKey);

    /// <summary>The payload indexes of every collection: assets, and what people filter and count by most.</summary>
    public static IReadOnlyList<(string Key, PayloadIndexType Type)> Indexes { get; } =
    [
        (AssetIdKey, PayloadIndexType.Integer),
        (AssetPathKey, PayloadIndexType.Keyword),
        (FoldedKey("kind"), PayloadIndexType.Keyword),
        (FoldedKey("root"), PayloadIndexType.Keyword),
        (FoldedKey("tags"), PayloadIndexType.Keyword),
        (TextKey("tags"), PayloadIndexType.Keyword),
        (FoldedKey("folder"), PayloadIndexType.Keyword),
        (FoldedKey("format"), PayloadIndexType.Keyword),
        (FoldedKey("year"), PayloadIndexType.Keyword),
        (NumberKey("year"), PayloadIndexType.Float),
    ];

    /// <summary>The indexes that conditions and facets on a field need where the server does without no index (strict mode).</summary>
    /// <param name="field">A built-in field or a payload field.</param>
    public static IReadOnlyList<(string Key, PayloadIndexType Type)> IndexesFor(string field) =>
    [
        (FoldedKey(field), PayloadIndexType.Keyword),
        (TextKey(field), PayloadIndexType.Keyword),
        (NumberKey(field), PayloadIndexType.Float),
        ($"{ListKey(field)}[].{OrderName(0)}", PayloadIndexType.Float),
    ];

    /// <summary>The key of a field's list of values.</summary>
    /// <param name="field">A built-in field or a payload field.</param>
    public static string ListKey(string field) => $"{Entries}.{Name(field)}";

    /// <summary>The key of a field's folded texts: equality.</summary>
    /// <param name="field">A built-in field or a payload field.</param>
    public static string FoldedKey(string field) => $"{ListKey(field)}[].k";

    /// <summary>The key of a field's texts as they are written: facets.</summary>
    /// <param name="field">A built-in field or a payload field.</param>
    public static string TextKey(string field) => $"{ListKey(field)}[].s";

    /// <summary>The key of a field's numbers: ranges.</summary>
    /// <param name="field">A built-in field or a payload field.</param>
    public static string NumberKey(string field) => $"{ListKey(field)}[].n";

    /// <summary>The payload of an item.</summary>
    /// <param name="record">The item with its asset; texts that can't be stored are cleaned as the catalog cleans them.</param>
    /// <returns>A JSON object as UTF-8.</returns>
    public static ReadOnlyMemory<byte> Write(ItemRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var stored = new ItemRecord(
            record.Item with { Text = record.Item.Text is { } text ? CatalogText.Clean(text) : null },
            AssetRow.Normalize(record.Asset, record.Asset.IndexedAt));
        var json = new ArrayBufferWriter<byte>(4 << 10);
        using (var writer = new Utf8JsonWriter(json, Json))
        {
            writer.WriteStartObject();
            QdrantRecord.Write(writer, stored);
            WriteValues(writer, stored);
            writer.WriteEndObject();
        }
        return json.WrittenMemory;
    }

    /// <summary>The item that a payload is of.</summary>
    /// <param name="payload">A payload with at least what <see cref="Record"/> asks for.</param>
    /// <exception cref="QdrantException">The payload is of another program.</exception>
    public static ItemRecord Read(JsonElement payload) => QdrantRecord.Read(payload);

    /// <summary>The name of one number of a text's order.</summary>
    internal static string OrderName(int index) => string.Create(CultureInfo.InvariantCulture, $"o{index}");

    /// <summary>A folded text as numbers that have its order: six bytes each, zeros after the end, and always an end.</summary>
    internal static long[] Order(string folded)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(folded);
        long[] numbers = new long[Math.Min((bytes.Length / OrderBytes) + 1, MaxOrderNumbers)];
        for (int i = 0; i < numbers.Length * OrderBytes; i++)
            numbers[i / OrderBytes] = (numbers[i / OrderBytes] << 8) | (i < bytes.Length ? bytes[i] : 0L);
        return numbers;
    }

    private static void WriteValues(Utf8JsonWriter writer, ItemRecord record)
    {
        writer.WriteStartObject(Entries);
        var written = new HashSet<string>(StringComparer.Ordinal);
        // A payload field with the name of a built-in one is read by nobody; the year may come from another field.
        foreach (string field in FilterFields.BuiltIn.Concat(record.Asset.Fields.Keys).Append("year"))
        {
            string name = Name(field);
            if (written.Add(name) && FilterFields.Values(record, field) is { Count: > 0 } values)
                WriteEntries(writer, name, values);
        }
        writer.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter writer, string name, IReadOnlyList<FieldValue> values)
    {
        writer.WriteStartArray(name);
        foreach (FieldValue value in values)
        {
            string text = value.ToString();
            string folded = CatalogText.Fold(text);
            writer.WriteStartObject();
            writer.WriteString("k", folded);
            writer.WriteString("s", text);
            if (value.Kind == FieldKind.Number)
            {
                writer.WriteNumber("n", value.Number);
            }
            else if (value.Kind == FieldKind.Text)
            {
                long[] order = Order(folded);
                for (int i = 0; i < order.Length; i++)
                    writer.WriteNumber(OrderName(i), order[i]);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static string Name(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var name = new System.Text.StringBuilder(field.Length);
        foreach (byte letter in System.Text.Encoding.UTF8.GetBytes(CatalogText.Fold(field)))
        {
            if (char.IsAsciiLetterUpper((char)letter) || char.IsAsciiDigit((char)letter) || letter == '_')
                name.Append((char)letter);
            else
                name.Append(CultureInfo.InvariantCulture, $"-{letter:X2}");
        }
        // A payload field may have the empty name; a path may not.
        return name.Length == 0 ? "-" : name.ToString();
    }
}
