using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The point of a picture out of a shot.</summary>
internal static class KeyframePoint
{
    /// <summary>The key of the shot's item.</summary>
    public const string ItemKey = "item";

    /// <summary>The key of the video's asset.</summary>
    public const string AssetKey = "asset";

    private const string SecondsKey = "seconds";

    /// <summary>What to ask for to know when it is shown, and of which shot.</summary>
    public static PayloadSelection Payload { get; } = PayloadSelection.Only(ItemKey, SecondsKey);

    /// <summary>The point to write.</summary>
    public static PointWrite Write(long id, long assetId, long itemId, Keyframe keyframe) => new(
        (ulong)id,
        [NamedVector.Of(QdrantLayout.Frame, keyframe.Vector)],
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            [ItemKey] = itemId,
            [AssetKey] = assetId,
            // As text: a fraction comes back to within one unit in the last place only.
            [SecondsKey] = keyframe.Seconds.ToString("R", CultureInfo.InvariantCulture),
        }));

    /// <summary>The shot that a point belongs to.</summary>
    public static long ItemOf(JsonElement? payload) => payload!.Value.GetProperty(ItemKey).GetInt64();

    /// <summary>When it is shown.</summary>
    public static double SecondsOf(JsonElement? payload) => double.Parse(payload!.Value.GetProperty(SecondsKey).GetString()!, CultureInfo.InvariantCulture);
}
