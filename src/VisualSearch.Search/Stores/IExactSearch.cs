namespace VisualSearch.Search.Stores;

/// <summary>A store that can also compare a query with every vector: the truth that its approximate search is measured against.</summary>
public interface IExactSearch
{
    /// <summary>
    /// Which state of the collection <see cref="IRetrieval.SearchVisual"/> searches: a number that changes with the vectors. A store that can't know gives
    /// 0, and the same for <see cref="ExactResult.Revision"/>.
    /// </summary>
    long SearchedRevision { get; }

    /// <summary>What to do where the approximate search misses too much, as a sentence for people.</summary>
    string LowRecallAdvice { get; }

    /// <summary>The items whose vectors are nearest to the query, by comparing all. Reads every vector, block by block, on the calling thread.</summary>
    /// <param name="query">A vector of the collection's dimension, not all zero; its length does not matter.</param>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="scope">Only these items, or null for all.</param>
    /// <param name="restAfterBlock">Called between blocks; may sleep, to leave the processor to others. Null for no pauses.</param>
    /// <param name="cancellation">Ends the search between blocks.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ExactResult SearchVisualExactly(ReadOnlySpan<float> query, int k, ItemScope? scope = null, Action? restAfterBlock = null, CancellationToken cancellation = default);
}

/// <summary>What an exact search found.</summary>
/// <param name="Items">Item ids with cosine similarity, best first.</param>
/// <param name="Revision">The state of the collection that was searched.</param>
public sealed record ExactResult(IReadOnlyList<ScoredItem> Items, long Revision);
