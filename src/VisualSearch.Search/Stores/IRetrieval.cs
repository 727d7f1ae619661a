using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores;

/// <summary>Finds items: by their vectors, by parts of their pictures, by words, by what is said. Safe for any number of threads.</summary>
public interface IRetrieval
{
    /// <summary>The items whose vectors are nearest to the query.</summary>
    /// <param name="query">A vector of the collection's dimension, not all zero; its length does not matter.</param>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="scope">Only these items, or null for all.</param>
    /// <param name="efSearch">How hard to look (candidates kept); 0 for the index's default.</param>
    /// <returns>Item ids with cosine similarity, best first.</returns>
    IReadOnlyList<ScoredItem> SearchVisual(ReadOnlySpan<float> query, int k, ItemScope? scope = null, int efSearch = 0);

    /// <summary>How many pictures can be found by their parts; 0 where those were not embedded.</summary>
    long RegionPictures { get; }

    /// <summary>The items whose best part is nearest to the query, and where that part is.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="scope">Only these items, or null for all.</param>
    /// <returns>Best first.</returns>
    /// <exception cref="RegionsMissingException">The parts were not embedded.</exception>
    IReadOnlyList<FoundRegion> SearchRegions(RegionQuery query, int k, ItemScope? scope = null);

    /// <summary>The items whose title, tags, path or text fit the words best, by BM25.</summary>
    /// <param name="words">Whatever a person typed; never a syntax error. No word in it: an empty result.</param>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="scope">Only these items, or null for all.</param>
    /// <returns>Item ids with BM25 scores (bigger is better), best first.</returns>
    IReadOnlyList<ScoredItem> SearchText(string words, int k, ItemScope? scope = null);

    /// <summary>About what a text of average length with each of these words once would score by BM25: the sum of their rarities.</summary>
    /// <param name="words">Whatever a person typed.</param>
    /// <returns>From 0 up; a word that no text has counts as the rarest.</returns>
    double BestTextScore(string words);

    /// <summary>The passages whose meaning is nearest to the query's; none where nothing is said or written in time spans.</summary>
    /// <param name="query">A vector of the passage model's dimension, not all zero; its length does not matter.</param>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="scope">Only these items, or null for all.</param>
    /// <returns>Item ids with cosine similarity, best first.</returns>
    IReadOnlyList<ScoredItem> SearchPassages(ReadOnlySpan<float> query, int k, ItemScope? scope = null);

    /// <summary>The items that a filter lets through, to search among them.</summary>
    /// <param name="filter">The filter.</param>
    ItemScope Match(Filter filter);
}
