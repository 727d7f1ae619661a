using System.Diagnostics;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>What the retrievals found, each list best first.</summary>
/// <param name="Visual">By vector.</param>
/// <param name="Text">By words.</param>
/// <param name="Passages">By what is said, as it is meant.</param>
/// <param name="Regions">In a search by parts of pictures, the part that each item of <paramref name="Visual"/> was found by.</param>
public sealed record RetrievedLists(
    IReadOnlyList<ScoredItem> Visual, IReadOnlyList<ScoredItem> Text, IReadOnlyList<ScoredItem> Passages, IReadOnlyDictionary<long, FoundRegion>? Regions = null)
{
    /// <summary>About what a text with each of the query's words once would score by BM25; 0 where no words were looked for.</summary>
    public double BestText { get; init; }

    /// <summary>What a score of each list says of the chance that it is right.</summary>
    public ListCurves Curves { get; init; }
}

/// <summary>The stage "retrieve": vector search, BM25 and the search among passages side by side, all under the same filter.</summary>
internal sealed class ParallelRetrieval(IStore store, CollectionMonitor? monitor = null)
{
    /// <param name="query">The composed query.</param>
    /// <param name="k">How many of each.</param>
    /// <param name="allowed">The items that the filter lets through; null for all.</param>
    /// <param name="efSearch">0 for the index's default.</param>
    /// <param name="regions">Given, the vector search is one among parts of pictures.</param>
    internal RetrievedLists Retrieve(ComposedQuery query, int k, ItemScope? allowed, int efSearch, RegionQuery? regions)
    {
        if (allowed is { Count: 0 })
            return new RetrievedLists([], [], []);
        if (query.Words is not { } words)
            return Visual(query.Vector!, k, allowed, efSearch, regions);
        if (query.Vector is not { } vector)
            return Spoken(query, words, k, allowed);

        Task<RetrievedLists> spoken = Task.Run(() => Spoken(query, words, k, allowed));
        RetrievedLists visual;
        try
        {
            visual = Visual(vector, k, allowed, efSearch, regions);
        }
        catch
        {
            // The store may be disposed once this call has failed; nothing of it may still be running then.
            ((IAsyncResult)spoken).AsyncWaitHandle.WaitOne();
            throw;
        }

        return spoken.GetAwaiter().GetResult() with { Visual = visual.Visual, Regions = visual.Regions };
    }

    private RetrievedLists Spoken(ComposedQuery query, string words, int k, ItemScope? allowed) =>
        new([], Words(words, k, allowed), query.PassageVector is { } meant ? Passages(meant, k, allowed) : []) { BestText = store.BestTextScore(words) };

    private IReadOnlyList<ScoredItem> Words(string words, int k, ItemScope? allowed)
    {
        using Activity? span = monitor?.Begin("words");
        IReadOnlyList<ScoredItem> found = store.SearchText(words, k, allowed);
        span?.SetTag("vsearch.found", found.Count);
        return found;
    }

    private IReadOnlyList<ScoredItem> Passages(float[] meant, int k, ItemScope? allowed)
    {
        using Activity? span = monitor?.Begin("passages");
        IReadOnlyList<ScoredItem> found = store.SearchPassages(meant, k, allowed);
        span?.SetTag("vsearch.found", found.Count);
        return found;
    }

    private RetrievedLists Visual(float[] vector, int k, ItemScope? allowed, int efSearch, RegionQuery? regions)
    {
        using Activity? span = monitor?.Begin("visual");
        if (regions is null)
        {
            IReadOnlyList<ScoredItem> near = store.SearchVisual(vector, k, allowed, efSearch);
            span?.SetTag("vsearch.found", near.Count);
            monitor?.Retrieved(store, vector, k, allowed, efSearch);
            return new RetrievedLists(near, [], []);
        }

        IReadOnlyList<FoundRegion> found = store.SearchRegions(regions, k, allowed);
        span?.SetTag("vsearch.found", found.Count);
        return new RetrievedLists([.. found.Select(static one => new ScoredItem(one.ItemId, one.Similarity))], [], [], found.ToDictionary(static one => one.ItemId));
    }
}
