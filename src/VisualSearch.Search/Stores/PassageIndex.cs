using VisualSearch.Ann;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>
/// The vectors of passages in memory, searched exactly: an hour of speech is some 300 passages, so that a thousand hours are compared in
/// the time of one picture's embedding. Read from the catalog when first needed, and brought up to date by each search.
/// </summary>
/// <param name="model">The model of the vectors.</param>
internal sealed class PassageIndex(ModelIdentity model) : IDisposable
{
    private readonly Lock changing = new();
    private FlatIndex index = new(model.Dimension, Metric.Cosine);
    private readonly List<FlatIndex> retired = [];
    private CatalogRevision revision;

    /// <summary>The model of the vectors.</summary>
    public ModelIdentity Model => model;

    /// <summary>The passages nearest to a query, as the catalog has them now.</summary>
    /// <param name="reader">The catalog.</param>
    /// <param name="query">A vector of the model's dimension, not all zero.</param>
    /// <param name="k">How many at most.</param>
    /// <param name="filter">Only these items, or null for all.</param>
    public IReadOnlyList<ScoredItem> Search(CatalogReader reader, ReadOnlySpan<float> query, int k, IdSet? filter)
    {
        if (!VideoRow.IsKnown(reader.Catalog))
            return [];
        FlatIndex present = CatchUp(reader);
        var neighbors = new Neighbor[Math.Min(k, present.Count)];
        if (neighbors.Length == 0)
            return [];
        int found = present.Search(query, neighbors, new SearchParameters { Filter = filter });
        return Array.ConvertAll(neighbors[..found], neighbor => new ScoredItem((long)neighbor.Id, 1 - neighbor.Distance));
    }

    public void Dispose()
    {
        index.Dispose();
        foreach (FlatIndex old in retired)
            old.Dispose();
    }

    private FlatIndex CatchUp(CatalogReader reader)
    {
        lock (changing)
        {
            return reader.Catalog.InTransaction(write: false, () =>
            {
                CatalogRevision present = reader.Revision();
                if (present == revision)
                    return index;
                if (!reader.Contains(revision))
                {
                    // Searches may still be running over it.
                    retired.Add(index);
                    (index, revision) = (new FlatIndex(model.Dimension, Metric.Cosine), default);
                }

                foreach (ulong gone in reader.RemovedSince(revision.Number))
                    index.Remove(gone);
                var vector = new float[model.Dimension];
                foreach (long itemId in PassageRows.ChangedSince(reader.Catalog, model.Fingerprint, revision.Number, vector))
                    index.Add((ulong)itemId, vector);
                revision = present;
                return index;
            });
        }
    }
}
