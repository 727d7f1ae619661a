using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Api.Endpoints;

/// <summary>Collections, the values of their fields, and pictures to begin with.</summary>
internal static class CollectionEndpoints
{
    public static void MapCollections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/collections").WithTags("Collections");
        group.MapGet("", List).WithSummary("All collections.");
        group.MapGet("{collection}/facets", Facet).WithSummary("Values of a field with their counts, most frequent first.").ProducesProblems();
        group.MapGet("{collection}/samples", Samples).WithSummary("Pictures from all over the collection, to begin with.").ProducesProblems();
    }

    private static Ok<IReadOnlyList<CollectionReply>> List(CollectionRegistry collections)
    {
        IReadOnlyList<CollectionReply> reply =
        [
            .. collections.List().Select(info => new CollectionReply(
                info.Name, info.ModelName, info.Generation, info.Assets, info.Items, info.Store,
                info.Fault is null ? collections.Open(info.Name).Store.FieldNames() : [], info.Fault)),
        ];
        return TypedResults.Ok(reply);
    }

    private static Ok<FacetReply> Facet(CollectionRegistry collections, string collection, string field, string? filter = null, int limit = 50)
    {
        if (limit is < 1 or > 1000) throw Hosting.RequestException.Invalid("limit", $"limit is {limit}; give 1 to 1000.");
        var parsed = RequestReader.Filter(filter);
        return TypedResults.Ok(new FacetReply(field, collections.Open(collection).Store.Facet(field, parsed, limit)));
    }

    private static Ok<IReadOnlyList<AssetReply>> Samples(CollectionRegistry collections, string collection, int k = 6)
    {
        if (k is < 1 or > 50) throw Hosting.RequestException.Invalid("k", $"k is {k}; give 1 to 50.");
        var open = collections.Open(collection);
        var ids = open.Store.SpreadItems(k);
        return TypedResults.Ok<IReadOnlyList<AssetReply>>([.. open.Store.Load(ids).Select(open.Describe)]);
    }
}
