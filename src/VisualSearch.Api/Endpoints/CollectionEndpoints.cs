using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Security;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Endpoints;

/// <summary>Collections, the values of their fields, and pictures to begin with.</summary>
internal static class CollectionEndpoints
{
    public static void MapCollections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/collections").WithTags("Collections");
        group.MapGet("", List).Needs(ApiScope.Search).WithSummary("All collections.");
        group.MapGet("{collection}/facets", Facet).Needs(ApiScope.Search).WithSummary("Values of a field with their counts, most frequent first.").ProducesProblems();
        group.MapGet("{collection}/samples", Samples).Needs(ApiScope.Search).WithSummary("Pictures from all over the collection, to begin with.").ProducesProblems();
    }

    private static Ok<IReadOnlyList<CollectionReply>> List(CollectionRegistry collections)
    {
        return TypedResults.Ok<IReadOnlyList<CollectionReply>>([.. collections.List().Select(info => Describe(collections, info))]);
    }

    // One that can't be served here must not hide the others.
    private static CollectionReply Describe(CollectionRegistry collections, CollectionInfo info)
    {
        if (info.Fault is not null) return Reply(info, 0, [], info.Fault);
        try
        {
            using var open = collections.Open(info.Name);
            // What answers here: for a moment after a switch that is still the generation before.
            return Reply(open.Store.Info, open.Store.Videos, open.Store.FieldNames(), null);
        }
        catch (Exception refused) when (refused is SearchException or ModelException)
        {
            return Reply(info, 0, [], refused.Message);
        }
    }

    private static CollectionReply Reply(CollectionInfo info, long videos, IReadOnlyList<string> fields, string? fault) =>
        new(info.Name, info.ModelName, info.Generation, info.Assets, info.Items, info.Store, videos, fields, fault);

    private static Ok<FacetReply> Facet(CollectionRegistry collections, string collection, string field, string? filter = null, int limit = 50)
    {
        if (limit is < 1 or > 1000) throw Hosting.RequestException.Invalid("limit", $"limit is {limit}; give 1 to 1000.");
        var parsed = RequestReader.Filter(filter);
        using var open = collections.Open(collection);
        return TypedResults.Ok(new FacetReply(field, open.Store.Facet(field, parsed, limit)));
    }

    private static Ok<IReadOnlyList<AssetReply>> Samples(CollectionRegistry collections, string collection, int k = 6)
    {
        if (k is < 1 or > 50) throw Hosting.RequestException.Invalid("k", $"k is {k}; give 1 to 50.");
        using var open = collections.Open(collection);
        var ids = open.Store.SpreadItems(k);
        return TypedResults.Ok<IReadOnlyList<AssetReply>>([.. open.Store.Load(ids).Select(open.Describe)]);
    }
}
