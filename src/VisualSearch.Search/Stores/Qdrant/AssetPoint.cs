using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The point of an asset: its record, which points belong to it, and what a video has besides.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="Items">Its items in order of time, then id.</param>
/// <param name="Keyframes">The ids of its keyframes' points.</param>
internal sealed partial record AssetPoint(Asset Asset, IReadOnlyList<Item> Items, IReadOnlyList<long> Keyframes)
{
    /// <summary>The collection's revision that it was written in, of one that was read; -1 for one from before there was such a key.</summary>
    public long Revision { get; private init; } = -1;

    /// <summary>The key of the folder that an asset was found under.</summary>
    public const string RootKey = "asset.root";

    /// <summary>The key that says whether an asset is a video.</summary>
    public const string IsVideoKey = "isVideo";

    /// <summary>
    /// The key of the collection's revision that the asset was written in: what catches up looks at those after a certain one. Assets that were
    /// written before there was such a key are older than any.
    /// </summary>
    public const string RevisionKey = "revision";

    /// <summary>The revision of an asset whose items are being brought into another generation: one that no asset was written in.</summary>
    public const long NotWhole = -2;

    private const string Items_ = "items", Keyframes_ = "keyframes", Video_ = "video";

    /// <summary>What to ask for to read an asset back, without what only a player wants.</summary>
    public static PayloadSelection Record { get; } = PayloadSelection.Only("item", "asset", Items_, Keyframes_, RevisionKey);

    /// <summary>What to ask for to read a video's storyboard and transcript.</summary>
    public static PayloadSelection Video { get; } = PayloadSelection.Only(Video_);

    /// <summary>What to ask for to know how a storyboard is laid out.</summary>
    public static PayloadSelection Tiles { get; } = PayloadSelection.Only($"{Video_}.tiles");

    /// <summary>The point to write.</summary>
    /// <param name="video">What a video has besides; null for a picture.</param>
    /// <param name="revision">The revision that is being made, or <see cref="NotWhole"/>.</param>
    public PointWrite Write(VideoDetails? video, long revision)
    {
        var json = new ArrayBufferWriter<byte>(2 << 10);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            QdrantRecord.Write(writer, new ItemRecord(Items[0], Asset));
            writer.WritePropertyName(Items_);
            JsonSerializer.Serialize(writer, Items, PointJson.Default.IReadOnlyListItem);
            writer.WritePropertyName(Keyframes_);
            JsonSerializer.Serialize(writer, Keyframes, PointJson.Default.IReadOnlyListInt64);
            writer.WriteBoolean(IsVideoKey, video is not null);
            writer.WriteNumber(RevisionKey, revision);
            if (video is not null)
            {
                writer.WritePropertyName(Video_);
                TranscriptLine[] transcript = [.. video.Transcript.Select(line => line with { Text = CatalogText.Clean(line.Text) })];
                JsonSerializer.Serialize(writer, new StoredVideo(video.Storyboard.ToArray(), video.Tiles, transcript), PointJson.Default.StoredVideo);
            }

            writer.WriteEndObject();
        }

        return new PointWrite((ulong)Asset.Id, [], json.WrittenMemory);
    }

    /// <summary>The asset of a point that <see cref="Record"/> was asked of.</summary>
    /// <exception cref="QdrantException">The payload is of another program.</exception>
    public static AssetPoint Read(StoredPoint point)
    {
        JsonElement payload = point.Payload ?? default;
        Asset asset = QdrantRecord.Read(payload).Asset;
        return new AssetPoint(
            asset,
            [.. payload.GetProperty(Items_).Deserialize(PointJson.Default.IReadOnlyListItem)!.Select(item => item with { AssetId = asset.Id })],
            payload.GetProperty(Keyframes_).Deserialize(PointJson.Default.IReadOnlyListInt64)!)
        {
            Revision = RevisionOf(point),
        };
    }

    /// <summary>The revision that a point was written in; -1 for one from before there was such a key.</summary>
    public static long RevisionOf(StoredPoint point) =>
        point.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(RevisionKey, out JsonElement revision) ? revision.GetInt64() : -1;

    /// <summary>Storyboard and transcript of a point that <see cref="Video"/> was asked of; null for a picture.</summary>
    public static VideoDetails? ReadVideo(StoredPoint point) =>
        point.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(Video_, out JsonElement video)
        && video.Deserialize(PointJson.Default.StoredVideo) is { Tiles: { } tiles } stored
            ? new VideoDetails(stored.Storyboard, tiles, stored.Transcript)
            : null;

    /// <summary>The layout of a storyboard, of a point that <see cref="Tiles"/> was asked of; null for a picture.</summary>
    public static StoryboardTiles? ReadTiles(StoredPoint point) =>
        point.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(Video_, out JsonElement video)
            ? video.GetProperty("tiles").Deserialize(PointJson.Default.StoryboardTiles)
            : null;

    private sealed record StoredVideo(byte[] Storyboard, StoryboardTiles Tiles, IReadOnlyList<TranscriptLine> Transcript);

    // A double as text: Qdrant reads a fraction to within one unit in the last place only.
    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)]
    [JsonSerializable(typeof(IReadOnlyList<Item>))]
    [JsonSerializable(typeof(IReadOnlyList<long>))]
    [JsonSerializable(typeof(StoredVideo))]
    private sealed partial class PointJson : JsonSerializerContext;
}
