
namespace VisualSearch.Search.Stores.Qdrant.Client;

public sealed partial class QdrantClient
{
    /// <summary>The points that a query finds, best first; ties in no order.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="query">What it asks for: a dense or sparse vector, a point, examples, or fusion of prefetched lists.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<ScoredPoint> Query(string collection, PointQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/points/query"), $"search '{collection}'") { Body = Json(query, QdrantJson.Default.PointQuery) },
            QdrantJson.Default.QdrantReplyPointsFound, cancellation).Points;
    }

    /// <summary>Several queries in one request.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The results of each, in the order of the queries.</returns>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<IReadOnlyList<ScoredPoint>> QueryBatch(string collection, IReadOnlyList<PointQuery> queries, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Count == 0)
            return [];
        List<PointsFound> found = Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/points/query/batch"), $"search '{collection}' {queries.Count} times")
        {
            Body = Json(new QueryBatchRequest(queries), QdrantJson.Default.QueryBatchRequest),
        }, QdrantJson.Default.QdrantReplyListPointsFound, cancellation);
        return [.. found.Select(static f => f.Points)];
    }

    /// <summary>The best groups of points, and the best points of each.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="query">What it asks for, and by which payload key to group.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The group with the best point first.</returns>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<PointGroup> QueryGroups(string collection, PointGroupsQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/points/query/groups"), $"search '{collection}' in groups by '{query.GroupBy}'")
        {
            Body = Json(query, QdrantJson.Default.PointGroupsQuery),
        }, QdrantJson.Default.QdrantReplyGroupsFound, cancellation).Groups;
    }

    /// <summary>Points like the good and unlike the bad examples.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="examples">The examples and how they become a query.</param>
    /// <param name="query">All else of the query; its own <see cref="PointQuery.Query"/> is not used.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<ScoredPoint> Recommend(string collection, QueryInput.Recommend examples, PointQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Query(collection, query with { Query = examples }, cancellation);
    }

    /// <summary>The most frequent values of a payload key.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="query">Which key, and which points.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Most frequent first, then by value.</returns>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.BadRequest"/> where the key has no index.</exception>
    public IReadOnlyList<FacetHit> Facet(string collection, FacetQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/facet"), $"count the values of '{query.Key}' in '{collection}'") { Body = Json(query, QdrantJson.Default.FacetQuery) },
            QdrantJson.Default.QdrantReplyFacetsFound, cancellation).Hits;
    }
}
