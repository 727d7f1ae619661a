using VisualSearch.Ann;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <content>Search by comparing all vectors, as the catalog has them: what the index is measured against.</content>
public sealed partial class EmbeddedStore : IExactSearch
{
    /// <inheritdoc/>
    public long SearchedRevision => visual.Value.Revision.Number;

    /// <inheritdoc/>
    public string LowRecallAdvice =>
        $"The index may be damaged: see 'vsearch collections verify {Path.GetFileName(folder)}'. To have it built anew, end the server, delete {identity.Generation.IndexFile} in "
        + "the collection's folder and start again; nothing is lost, it is made from the catalog.";

    /// <inheritdoc/>
    public ExactResult SearchVisualExactly(ReadOnlySpan<float> query, int k, ItemScope? scope = null, Action? restAfterBlock = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        IdSet? filter = ListedItems.Of(scope);
        int dimension = identity.Model.Dimension;
        if (UnitVector.Fault(query, dimension) is { } fault)
            throw new ArgumentException($"The query {fault}.", nameof(query));
        var unit = new float[dimension];
        UnitVector.Normalize(query, unit);
        // The worst of the best so far comes out first.
        var nearest = new PriorityQueue<long, float>();
        // From the catalog and not from the index: the index is what is being measured.
        CatalogRevision revision = ReadVectors(1, (ids, vectors) =>
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < ids.Length; i++)
            {
                if (filter is not null && !filter.Contains(ids[i]))
                    continue;
                float similarity = UnitVector.Dot(unit, vectors.Slice(i * dimension, dimension));
                if (nearest.Count < k)
                    nearest.Enqueue((long)ids[i], similarity);
                else if (nearest.TryPeek(out _, out float worst) && similarity > worst)
                    nearest.EnqueueDequeue((long)ids[i], similarity);
            }

            restAfterBlock?.Invoke();
        });
        var items = new List<ScoredItem>(nearest.Count);
        while (nearest.TryDequeue(out long id, out float similarity))
            items.Add(new ScoredItem(id, similarity));
        items.Reverse();
        return new ExactResult(items, revision.Number);
    }
}
