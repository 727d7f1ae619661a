using VisualSearch.Ann;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>What the two retrievals found, each list best first.</summary>
/// <param name="Visual">By vector.</param>
/// <param name="Text">By words.</param>
internal sealed record RetrievedLists(IReadOnlyList<ScoredItem> Visual, IReadOnlyList<ScoredItem> Text);

/// <summary>The stage "retrieve": vector search and BM25 side by side, both under the same filter.</summary>
internal sealed class ParallelRetrieval(IStore store)
{
    internal RetrievedLists Retrieve(ComposedQuery query, int k, IdSet? allowed, int efSearch)
    {
        if (allowed is { Count: 0 })
            return new RetrievedLists([], []);
        if (query.Words is not { } words)
            return new RetrievedLists(Visual(query.Vector!, k, allowed, efSearch), []);
        if (query.Vector is not { } vector)
            return new RetrievedLists([], store.SearchText(words, k, allowed));

        Task<IReadOnlyList<ScoredItem>> text = Task.Run(() => store.SearchText(words, k, allowed));
        IReadOnlyList<ScoredItem> visual;
        try
        {
            visual = Visual(vector, k, allowed, efSearch);
        }
        catch
        {
            // The store may be disposed once this call has failed; nothing of it may still be running then.
            ((IAsyncResult)text).AsyncWaitHandle.WaitOne();
            throw;
        }

        return new RetrievedLists(visual, text.GetAwaiter().GetResult());
    }

    private IReadOnlyList<ScoredItem> Visual(float[] vector, int k, IdSet? allowed, int efSearch) =>
        store.SearchVisual(vector, k, allowed, efSearch);
}
