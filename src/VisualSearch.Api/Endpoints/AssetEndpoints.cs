using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Encoders.Media;
using VisualSearch.Indexer;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Endpoints;

/// <summary>Single pictures: what is known of them, their thumbnails and files, uploads and removal.</summary>
internal static class AssetEndpoints
{
    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/collections/{collection}/assets").WithTags("Assets");
        group.MapGet("{id:long}", Describe).Needs(ApiScope.Search).WithSummary("A picture or video with all that is known about it.").ProducesProblems();
        group.MapGet("{id:long}/thumbnail", ThumbnailAsync).Needs(ApiScope.Search).WithSummary("A small WebP copy; size in pixels of the longer side, 160 to 2048; of a video the frame at time, in seconds.").ProducesProblems(StatusCodes.Status422UnprocessableEntity);
        group.MapGet("{id:long}/media", Media).Needs(ApiScope.Search).WithSummary("The file itself; ranges are served.").ProducesProblems();
        group.MapGet("{id:long}/storyboard", Storyboard).Needs(ApiScope.Search).WithSummary("A video's small pictures at even steps, as one WebP picture.").ProducesProblems();
        group.MapGet("{id:long}/transcript", Transcript).Needs(ApiScope.Search).WithSummary("What is said in a video, line by line.").ProducesProblems();
        group.MapPost("", UploadAsync)
            .Needs(ApiScope.Ingest)
            .WithSummary("Adds a picture or video, searchable at once: multipart with file, title?, tags? (comma-separated or repeated), text?.")
            .Accepts<IFormFile>("multipart/form-data")
            .ProducesProblems(StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity)
            .DisableAntiforgery();
        group.MapDelete("{id:long}", DeleteAsync)
            .Needs(ApiScope.Ingest)
            .WithSummary("Takes a picture or video out of the collection. An uploaded file is deleted; one in an indexed folder stays on disk, and comes back with the next index run.")
            .ProducesProblems(StatusCodes.Status409Conflict);
    }

    private static Ok<AssetReply> Describe(CollectionRegistry collections, string collection, long id)
    {
        using var open = collections.Open(collection);
        return TypedResults.Ok(open.Describe(Find(open, id)));
    }

    private static async Task<PhysicalFileHttpResult> ThumbnailAsync(
        HttpContext http, CollectionRegistry collections, ThumbnailCache thumbnails, string collection, long id, int size = 320, double? time = null, CancellationToken cancellation = default)
    {
        using var open = collections.Open(collection);
        if (size is < 1 or > 2048) throw RequestException.Invalid("size", $"size is {size}; give 1 to 2048 pixels.");
        if (time is { } asked && !(asked >= 0 && double.IsFinite(asked))) throw RequestException.Invalid("time", $"time is {asked}; give 0 or more seconds.");
        var asset = Find(open, id);
        var isVideo = open.Store.TilesOf(id) is not null;
        if (time is not null && !isVideo) throw RequestException.Invalid("time", $"asset {id} is a picture; leave time out.");
        var file = await thumbnails.GetAsync(open, asset, size, isVideo ? time ?? Poster(open, id) : null, cancellation).ConfigureAwait(false);
        KeepForGood(http);
        return TypedResults.PhysicalFile(file, "image/webp");
    }

    private static PhysicalFileHttpResult Media(HttpContext http, CollectionRegistry collections, string collection, long id)
    {
        using var open = collections.Open(collection);
        var asset = Find(open, id);
        var file = new FileInfo(asset.Path);
        if (!file.Exists)
        {
            throw new RequestException(StatusCodes.Status404NotFound, "The file is gone", $"'{asset.RelativePath}' was indexed but is not on disk any more. Run vsearch index again.");
        }

        KeepForGood(http);
        return TypedResults.PhysicalFile(file.FullName, MediaType(asset.Format), lastModified: file.LastWriteTimeUtc, enableRangeProcessing: true);
    }

    private static async Task<Results<Created<UploadReply>, Ok<UploadReply>>> UploadAsync(
        HttpRequest http, CollectionRegistry collections, PictureReader reader, ApiOptions options, SearchMonitor monitor, string collection, CancellationToken cancellation)
    {
        collections.Open(collection).Dispose(); // Before the body is read.
        if (!http.HasFormContentType)
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "Unsupported content type", $"The body's content type is '{http.ContentType}'. Send multipart/form-data with a file.");
        }

        http.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = options.MaxUploadBytes;
        var form = await RequestReader.ReadFormAsync(http, options.MaxUploadBytes).ConfigureAwait(false);
        var file = form.Files.GetFile("file") ?? throw RequestException.Invalid("file", "The form has no file named 'file'.");
        var tags = form["tags"].SelectMany(static tags => (tags ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();

        var details = new UploadDetails(Path.GetFileName(file.FileName) is { Length: > 0 } name ? name : "upload", Text(form, "title"), tags, Text(form, "text"));

        var (reply, created) = await monitor.Instruments.IndexedAsync(collection, static done => done.Item2 ? "added" : "updated", () => collections.WriteAsync(
            collection,
            async (open, store) =>
            {
                var indexer = new UploadIndexer(Path.Combine(open.Folder, "uploads"), open.Encoder, reader, options.PictureLimits, options.Videos);
                await using var bytes = file.OpenReadStream();
                var (asset, created) = await indexer.IndexAsync(store, bytes, details, cancellation).ConfigureAwait(false);
                return (new UploadReply(open.Describe(asset), created), created);
            },
            cancellation)).ConfigureAwait(false);
        WriteAudit.Touch(http.HttpContext, reply.Asset.Id);
        return created ? TypedResults.Created($"/v1/collections/{collection}/assets/{reply.Asset.Id}", reply) : TypedResults.Ok(reply);
    }

    private static async Task<NoContent> DeleteAsync(CollectionRegistry collections, SearchMonitor monitor, string collection, long id, CancellationToken cancellation)
    {
        using (var open = collections.Open(collection)) Find(open, id); // Before others are waited for.
        var (folder, path) = await monitor.Instruments.IndexedAsync(collection, static _ => "removed", () => collections.WriteAsync(
            collection,
            (open, store) =>
            {
                var asset = Find(open, id);
                store.Remove([id]);
                return Task.FromResult((open.Folder, asset.Path));
            },
            cancellation)).ConfigureAwait(false);
        if (Path.GetDirectoryName(path) == Path.GetFullPath(Path.Combine(folder, "uploads"))) File.Delete(path);
        return TypedResults.NoContent();
    }

    private static FileContentHttpResult Storyboard(HttpContext http, CollectionRegistry collections, string collection, long id)
    {
        using var open = collections.Open(collection);
        var video = FindVideo(open, id);
        KeepForGood(http);
        return TypedResults.Bytes(video.Storyboard.ToArray(), "image/webp");
    }

    private static Ok<TranscriptReply> Transcript(HttpContext http, CollectionRegistry collections, string collection, long id)
    {
        using var open = collections.Open(collection);
        var video = FindVideo(open, id);
        KeepForGood(http);
        return TypedResults.Ok(new TranscriptReply(video.Transcript));
    }

    private static VideoDetails FindVideo(OpenCollection open, long id) =>
        open.Store.FindVideo(Find(open, id).Id) ?? throw new RequestException(StatusCodes.Status404NotFound, "No video", $"Asset {id} of collection '{open.Name}' is a picture; it has no storyboard and no transcript.", "id");

    // The first keyframe: a video's very first frame is black too often.
    private static double Poster(OpenCollection open, long id) => open.Store.ShotsOf(id) is [var first, ..] ? first.Keyframes[0].Seconds : 0;

    private static string MediaType(string format) => format switch
    {
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        _ => $"image/{format}",
    };

    private static Asset Find(OpenCollection open, long id) =>
        open.Store.FindAsset(id) ?? throw new RequestException(StatusCodes.Status404NotFound, "No such asset", $"Collection '{open.Name}' has no asset {id}.", "id");

    private static string? Text(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } value ? value : null;

    // The address carries the content's digest (v=…), so what is behind it never changes.
    private static void KeepForGood(HttpContext http)
    {
        if (http.Request.Query.ContainsKey("v")) http.Response.Headers[HeaderNames.CacheControl] = "private, max-age=31536000, immutable";
        else http.Response.Headers[HeaderNames.CacheControl] = "private, no-cache";
    }
}
