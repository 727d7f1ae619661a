using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>The table of what a video has besides its items: storyboard and transcript.</summary>
internal static partial class VideoRow
{
    // The first format with tables for videos.
    private const int Since = 3;

    /// <summary>Whether the catalog has the tables: an older one gets them when it is first opened to write.</summary>
    public static bool IsKnown(CatalogConnection catalog) => catalog.Integer("PRAGMA user_version") >= Since;

    /// <summary>How many videos there are.</summary>
    public static long Count(CatalogConnection catalog) => IsKnown(catalog) ? catalog.Integer("SELECT COUNT(*) FROM video") : 0;

    /// <summary>Writes what a video has, in place of what it had; a picture has nothing.</summary>
    public static void Write(CatalogConnection catalog, long assetId, VideoDetails? video, bool replaced)
    {
        if (replaced)
            catalog.Run("DELETE FROM video WHERE asset_id = $1", assetId);
        if (video is null)
            return;
        TranscriptLine[] transcript = [.. video.Transcript.Select(line => line with { Text = CatalogText.Clean(line.Text) })];
        catalog.Run(
            "INSERT INTO video(asset_id, storyboard, tiles, transcript) VALUES ($1, $2, $3, $4)",
            assetId, video.Storyboard.ToArray(), JsonSerializer.Serialize(video.Tiles, RowJson.Default.StoryboardTiles),
            JsonSerializer.Serialize(transcript, RowJson.Default.TranscriptLineArray));
    }

    /// <summary>How a video's storyboard is laid out, or null for a picture and for an asset that is not there.</summary>
    public static StoryboardTiles? ReadTiles(CatalogConnection catalog, long assetId) =>
        IsKnown(catalog) && catalog.Scalar("SELECT tiles FROM video WHERE asset_id = $1", assetId) is string tiles
            ? JsonSerializer.Deserialize(tiles, RowJson.Default.StoryboardTiles)
            : null;

    /// <summary>What a video has, or null for a picture and for an asset that is not there.</summary>
    public static VideoDetails? Read(CatalogConnection catalog, long assetId)
    {
        if (!IsKnown(catalog))
            return null;
        using SqliteDataReader row = catalog.Statement("SELECT storyboard, tiles, transcript FROM video WHERE asset_id = $1", assetId).ExecuteReader();
        return row.Read()
            ? new VideoDetails(
                (byte[])row.GetValue(0),
                JsonSerializer.Deserialize(row.GetString(1), RowJson.Default.StoryboardTiles)!,
                JsonSerializer.Deserialize(row.GetString(2), RowJson.Default.TranscriptLineArray)!)
            : null;
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(StoryboardTiles))]
    [JsonSerializable(typeof(TranscriptLine[]))]
    private sealed partial class RowJson : JsonSerializerContext;
}
