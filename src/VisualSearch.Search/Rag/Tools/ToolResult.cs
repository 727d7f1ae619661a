using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>What a tool returns: one JSON text, then pictures in the order in which the text names them.</summary>
internal static class ToolResult
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Read by a model, not put into a page: titles in any script cost fewer tokens as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IReadOnlyList<AIContent> Text<T>(T reply) => [new TextContent(JsonSerializer.Serialize(reply, Json))];

    /// <summary>The text with pictures of some items.</summary>
    /// <param name="reply">Makes the text from what kept pictures from being read, by item.</param>
    /// <param name="desk">Reads pictures.</param>
    /// <param name="shown">Items to show, each with the moment to show of a video.</param>
    /// <param name="cancellation">Ends reading.</param>
    public static IReadOnlyList<AIContent> WithPictures<T>(
        Func<IReadOnlyDictionary<long, string>, T> reply, ToolDesk desk, IEnumerable<(ItemRecord Record, double? Moment)> shown, CancellationToken cancellation)
    {
        List<AIContent> pictures = [];
        Dictionary<long, string> faults = [];
        foreach ((ItemRecord record, double? moment) in shown)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                pictures.Add(new DataContent(Read(desk, record, moment, cancellation), "image/webp") { Name = $"item-{record.Item.Id}.webp" });
            }
            catch (Exception failure) when (failure is PictureException or VideoException or FfmpegMissingException)
            {
                // The file is gone or damaged since it was indexed. What is known of it is still worth telling, and so is this.
                faults[record.Item.Id] = failure.Message;
            }
        }

        return [.. Text(reply(faults)), .. pictures];
    }

    private static byte[] Read(ToolDesk desk, ItemRecord record, double? moment, CancellationToken cancellation)
    {
        (Item item, Asset asset) = record;
        if (item.Kind == ItemKind.Picture)
            return desk.Reader.Thumbnail(PictureSource.FromFile(asset.Path), desk.Options.PictureSide);
        // The passage about a video as a whole has no time of its own: the video's start is as good as any.
        double seconds = moment ?? ((item.Start ?? 0) + (item.End ?? 0)) / 2;
        return MomentReader.ReadWebp(asset.Path, seconds, desk.Options.PictureSide, cancellation: cancellation);
    }
}
