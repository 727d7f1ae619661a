using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Media;
using VisualSearch.Search;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Endpoints;

/// <summary>Search and recommendation.</summary>
internal static class SearchEndpoints
{
    private const int MaxK = 200;

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/collections/{collection}").WithTags("Search");
        group.MapPost("search", SearchAsync)
            .Needs(ApiScope.Search)
            .WithSummary("Search by words, picture, crop, stored item, or several of them at once.")
            .Accepts<SearchRequest>("application/json", "multipart/form-data")
            .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests)
            .DisableAntiforgery();
        group.MapPost("recommend", RecommendAsync)
            .Needs(ApiScope.Search)
            .WithSummary("More like these, less like those.")
            .Accepts<RecommendRequest>("application/json")
            .ProducesProblems(StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Ok<SearchReply>> SearchAsync(
        HttpRequest http, string collection, CollectionRegistry collections, PictureReader reader, Admission admission, ApiOptions options, CancellationToken cancellation)
    {
        admission.RefuseIfFull();
        using var open = collections.Open(collection);
        var (request, picture) = await RequestReader.ReadSearchAsync(http, options, cancellation).ConfigureAwait(false);
        CheckPage(request.K, request.Offset);
        var crop = RequestReader.Crop(request.Crop);
        if (crop is not null && picture is null && request.ImageId is null)
        {
            throw RequestException.Invalid("crop", "crop is given without a picture; send an image or an imageId with it.");
        }

        if (picture is not null && request.ImageId is not null)
        {
            throw RequestException.Invalid("imageId", "Both image and imageId are given; send one of them.");
        }

        var key = open.Results.Key(request, picture);
        if (key is not null && open.Results.Find(key) is { } known) return TypedResults.Ok(known);

        using var place = await admission.EnterSearchAsync(cancellation).ConfigureAwait(false);
        // A crop of a stored picture is a new picture: it is embedded from the file. A whole stored picture has its vector already.
        var source = picture ?? (crop is not null ? StoredPicture(open, request.ImageId!.Value, cancellation) : null);
        var embedding = Stopwatch.GetTimestamp();
        using var embeds = source is null ? null : open.Pipeline.Monitor?.Begin("embed");
        var vector = source is not null ? open.Queries.EncodePicture(reader, source, crop) : null;
        var regions = open.Store.RegionsFor(request.Regions, crop is not null, request.Mode);
        // The index of a stored picture holds no patches of the query's own: they are taken from the file, as those of a crop are.
        var patches = regions == RegionMode.LateInteraction && (source ?? (request.ImageId is { } stored ? StoredPicture(open, stored, cancellation) : null)) is { } seen
            ? open.Encoder.EncodePatches([reader.Read(seen, open.Encoder.Manifest.Fit, crop)])[0]
            : null;
        embeds?.Dispose();
        var embedMs = source is not null ? Stopwatch.GetElapsedTime(embedding).TotalMilliseconds : 0;

        var response = open.Pipeline.Search(
            new SearchQuery
            {
                Text = request.Text,
                NegativeText = request.NegativeText,
                PictureVector = vector,
                PictureEmbedMs = embedMs,
                PicturePatches = patches,
                Regions = regions,
                ImageItemId = vector is null ? request.ImageId : null,
                K = request.K,
                Offset = request.Offset,
                Filter = RequestReader.Filter(request.Filter),
                Mode = request.Mode,
                EfSearch = request.EfSearch,
                Collapse = request.Collapse,
                Diversity = request.Diversity,
                Explain = request.Explain,
            },
            cancellation);
        var reply = Reply(open, response);
        if (key is not null) open.Results.Keep(key, reply);
        return TypedResults.Ok(reply);
    }

    private static async Task<Ok<SearchReply>> RecommendAsync(HttpRequest http, string collection, CollectionRegistry collections, Admission admission, CancellationToken cancellation)
    {
        admission.RefuseIfFull();
        using var open = collections.Open(collection);
        var request = await RequestReader.ReadJsonAsync<RecommendRequest>(http, cancellation).ConfigureAwait(false);
        CheckPage(request.K, request.Offset);
        using var place = await admission.EnterSearchAsync(cancellation).ConfigureAwait(false);
        var response = open.Pipeline.Recommend(
            new RecommendQuery
            {
                Positive = request.Positive,
                Negative = request.Negative,
                K = request.K,
                Offset = request.Offset,
                Filter = RequestReader.Filter(request.Filter),
                Collapse = request.Collapse,
                Diversity = request.Diversity,
                Explain = request.Explain,
            },
            cancellation);
        return TypedResults.Ok(Reply(open, response));
    }

    private static SearchReply Reply(OpenCollection open, SearchResponse response) => new(
        response.QueryId,
        response.TookMs,
        response.Timings,
        response.Understood,
        response.NoGoodMatch,
        response.FilteredOut,
        response.HasMore,
        [.. response.Results.Select(open.Describe)]);

    private static PictureSource StoredPicture(OpenCollection open, long itemId, CancellationToken cancellation)
    {
        var records = open.Store.Load([itemId]);
        if (records.Count == 0) throw new RequestException(StatusCodes.Status404NotFound, "No such item", $"The collection has no item {itemId}.", "imageId");
        return ItemPicture.Of(records[0], null, cancellation);
    }

    private static void CheckPage(int k, int offset)
    {
        if (k is < 1 or > MaxK) throw RequestException.Invalid("k", $"k is {k}; give 1 to {MaxK}.");
        if (offset < 0) throw RequestException.Invalid("offset", $"offset is {offset}; give 0 or more.");
    }
}
