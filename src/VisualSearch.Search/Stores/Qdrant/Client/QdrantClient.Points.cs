using System.Text.Json;

namespace VisualSearch.Search.Stores.Qdrant.Client;

public sealed partial class QdrantClient
{
    /// <summary>
    /// Writes points, batch by batch; when it returns, all are stored and can be found. The next batch is written only once the server has taken
    /// the one before: that is the back-pressure.
    /// </summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="points">The points; read once, no faster than they are sent.</param>
    /// <param name="cancellation">Ends the call; batches already sent stay.</param>
    /// <returns>How many points were written.</returns>
    /// <exception cref="QdrantException">The call failed; batches already sent stay. Writing all again is harmless.</exception>
    public int Upsert(string collection, IEnumerable<PointWrite> points, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        string path = Write($"{Collection(collection)}/points");
        using var batches = new UpsertBatches(points, Options.UpsertBatch, (long)Options.UpsertBatchMiB << 20, []);
        int written = 0;
        while (batches.Next() is { } batch)
        {
            Send(new QdrantCall(HttpMethod.Put, path, $"write {batch.Count} points to '{collection}'") { Body = batch.Json }, QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
            written += batch.Count;
        }
        return written;
    }

    /// <summary>Deletes points; ids that are not there are passed over.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="ids">The points.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeletePoints(string collection, IReadOnlyCollection<ulong> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count > 0)
            Delete(collection, new PointSelector { Points = ids }, $"delete {ids.Count} points of '{collection}'", cancellation);
    }

    /// <summary>Deletes all points that fit.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="filter">Which; an empty one means all.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeletePoints(string collection, PointFilter filter, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Delete(collection, new PointSelector { Filter = filter }, $"delete points of '{collection}' by a filter", cancellation);
    }

    /// <summary>Points by id.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="ids">The points; those that are not there are left out.</param>
    /// <param name="payload">Which payload comes back; null for all.</param>
    /// <param name="vectors">Which vectors come back; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>In no order.</returns>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<StoredPoint> GetPoints(string collection, IReadOnlyCollection<ulong> ids, PayloadSelection? payload = null, VectorSelection? vectors = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Count == 0 ? [] : Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/points"), $"read {ids.Count} points of '{collection}'")
        {
            Body = Json(new PointsRequest(ids, payload ?? PayloadSelection.All, vectors ?? VectorSelection.None), QdrantJson.Default.PointsRequest),
        }, QdrantJson.Default.QdrantReplyListStoredPoint, cancellation);
    }

    /// <summary>Sets payload keys of points; other keys stay.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="payload">A JSON object: each of its keys is set.</param>
    /// <param name="ids">The points.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void SetPayload(string collection, JsonElement payload, IReadOnlyCollection<ulong> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count > 0)
            Set(collection, new PayloadRequest { Payload = payload, Points = ids }, cancellation);
    }

    /// <summary>Sets payload keys of all points that fit; other keys stay.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="payload">A JSON object: each of its keys is set.</param>
    /// <param name="filter">Which points.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void SetPayload(string collection, JsonElement payload, PointFilter filter, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        Set(collection, new PayloadRequest { Payload = payload, Filter = filter }, cancellation);
    }

    /// <summary>One page of a collection's points, by id from small to large.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="scroll">Which points, from where.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public ScrollPage Scroll(string collection, PointScroll scroll, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scroll);
        return Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/points/scroll"), $"read a page of points of '{collection}'") { Body = Json(scroll, QdrantJson.Default.PointScroll) },
            QdrantJson.Default.QdrantReplyScrollPage, cancellation);
    }

    /// <summary>All points that fit, by id from small to large, page by page as they are read.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="scroll">Which points, from where, and how many a page.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">A call failed.</exception>
    public IEnumerable<StoredPoint> ScrollAll(string collection, PointScroll scroll, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scroll);
        return Pages();

        IEnumerable<StoredPoint> Pages()
        {
            for (PointScroll? next = scroll; next is not null;)
            {
                ScrollPage page = Scroll(collection, next, cancellation);
                foreach (StoredPoint point in page.Points)
                    yield return point;
                next = page.NextPageOffset is { } offset ? next with { Offset = offset } : null;
            }
        }
    }

    /// <summary>How many points fit.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="filter">Which, or null for all.</param>
    /// <param name="exact">False for a quick estimate.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public long Count(string collection, PointFilter? filter = null, bool exact = true, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Post, Read($"{Collection(collection)}/points/count"), $"count points of '{collection}'") { Body = Json(new CountQuery(filter, exact), QdrantJson.Default.CountQuery) },
            QdrantJson.Default.QdrantReplyPointCount, cancellation).Count;

    private void Delete(string collection, PointSelector selector, string what, CancellationToken cancellation) =>
        Send(new QdrantCall(HttpMethod.Post, Write($"{Collection(collection)}/points/delete"), what) { Body = Json(selector, QdrantJson.Default.PointSelector) },
            QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);

    private void Set(string collection, PayloadRequest request, CancellationToken cancellation) =>
        Send(new QdrantCall(HttpMethod.Post, Write($"{Collection(collection)}/points/payload"), $"set payload of points of '{collection}'") { Body = Json(request, QdrantJson.Default.PayloadRequest) },
            QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
}
