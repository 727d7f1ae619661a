using System.Globalization;
using System.Text.Json;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The part of a payload that an item and its asset are read back from.</summary>
internal static class QdrantRecord
{
    public static void Write(Utf8JsonWriter writer, ItemRecord record)
    {
        WriteItem(writer, record.Item);
        WriteAsset(writer, record.Asset);
    }

    public static ItemRecord Read(JsonElement payload) => Own(() =>
    {
        JsonElement item = payload.GetProperty("item");
        Asset asset = ReadAsset(payload.GetProperty("asset"));
        return new ItemRecord(ReadItem(item, asset.Id), asset);
    });

    /// <summary>The item alone, of a payload that <see cref="QdrantPayload.Item"/> was asked of.</summary>
    public static Item ReadItem(JsonElement payload) => Own(() => ReadItem(payload.GetProperty("item"), payload.GetProperty("asset").GetProperty("id").GetInt64()));

    private static T Own<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw new QdrantException(QdrantFault.BadReply,
                $"A point's payload is not one that this program wrote ({cause.Message.TrimEnd('.')}). Let no other program write to its collections, or index them anew.", cause);
        }
    }

    private static void WriteItem(Utf8JsonWriter writer, Item item)
    {
        writer.WriteStartObject("item");
        writer.WriteNumber("id", item.Id);
        writer.WriteString("kind", FilterFields.Word(item.Kind));
        if (item.Start is { } start)
            writer.WriteString("start", Number(start));
        if (item.End is { } end)
            writer.WriteString("end", Number(end));
        if (item.Text is { } text)
            writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private static Item ReadItem(JsonElement json, long assetId) => new()
    {
        Id = json.GetProperty("id").GetInt64(),
        AssetId = assetId,
        Kind = Kind(json.GetProperty("kind").GetString()!),
        Start = Text(json, "start") is { } start ? Number(start) : null,
        End = Text(json, "end") is { } end ? Number(end) : null,
        Text = Text(json, "text"),
    };

    private static void WriteAsset(Utf8JsonWriter writer, Asset asset)
    {
        writer.WriteStartObject("asset");
        writer.WriteNumber("id", asset.Id);
        writer.WriteString("path", asset.Path);
        writer.WriteString("root", asset.Root);
        writer.WriteString("relative_path", asset.RelativePath);
        writer.WriteNumber("size_bytes", asset.SizeBytes);
        writer.WriteNumber("modified_ticks", asset.ModifiedTicks);
        writer.WriteString("content_hash", asset.ContentHash);
        writer.WriteString("metadata_digest", asset.MetadataDigest);
        if (asset.Title is { } title)
            writer.WriteString("title", title);
        if (asset.Text is { } text)
            writer.WriteString("text", text);
        writer.WriteStartArray("tags");
        foreach (string tag in asset.Tags)
            writer.WriteStringValue(tag);
        writer.WriteEndArray();
        writer.WriteString("format", asset.Format);
        writer.WriteNumber("width", asset.Width);
        writer.WriteNumber("height", asset.Height);
        writer.WriteString("perceptual_hash", asset.PerceptualHash.ToString("x16", CultureInfo.InvariantCulture));
        writer.WriteNumber("average_color", asset.AverageColor);
        writer.WriteNumber("indexed_ticks", asset.IndexedAt.UtcTicks);
        WriteFields(writer, asset.Fields);
        writer.WriteEndObject();
    }

    // A list, because Qdrant gives the keys of an object back in another order.
    private static void WriteFields(Utf8JsonWriter writer, IReadOnlyDictionary<string, FieldValue> fields)
    {
        writer.WriteStartArray("fields");
        foreach ((string name, FieldValue value) in fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            switch (value.Kind)
            {
                case FieldKind.Number:
                    writer.WriteString("number", Number(value.Number));
                    break;
                case FieldKind.Boolean:
                    writer.WriteBoolean("boolean", value.Boolean);
                    break;
                default:
                    writer.WriteString("text", value.Text);
                    break;
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static Asset ReadAsset(JsonElement json) => new()
    {
        Id = json.GetProperty("id").GetInt64(),
        Path = json.GetProperty("path").GetString()!,
        Root = json.GetProperty("root").GetString()!,
        RelativePath = json.GetProperty("relative_path").GetString()!,
        SizeBytes = json.GetProperty("size_bytes").GetInt64(),
        ModifiedTicks = json.GetProperty("modified_ticks").GetInt64(),
        ContentHash = json.GetProperty("content_hash").GetString()!,
        MetadataDigest = json.GetProperty("metadata_digest").GetString()!,
        Title = Text(json, "title"),
        Text = Text(json, "text"),
        Tags = [.. json.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()!)],
        Format = json.GetProperty("format").GetString()!,
        Width = json.GetProperty("width").GetInt32(),
        Height = json.GetProperty("height").GetInt32(),
        PerceptualHash = ulong.Parse(json.GetProperty("perceptual_hash").GetString()!, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        AverageColor = json.GetProperty("average_color").GetUInt32(),
        IndexedAt = new DateTimeOffset(json.GetProperty("indexed_ticks").GetInt64(), TimeSpan.Zero),
        Fields = json.GetProperty("fields").EnumerateArray().ToDictionary(static field => field.GetProperty("name").GetString()!, ReadField),
    };

    private static FieldValue ReadField(JsonElement field) =>
        Text(field, "text") is { } text ? text
        : Text(field, "number") is { } number ? Number(number)
        : field.GetProperty("boolean").GetBoolean();

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static ItemKind Kind(string word)
    {
        foreach (ItemKind kind in Enum.GetValues<ItemKind>())
            if (FilterFields.Word(kind) == word)
                return kind;
        throw new FormatException($"'{word}' is no kind of item");
    }
}
