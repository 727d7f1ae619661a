using VisualSearch.Encoders.Models;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search;

/// <summary>
/// The online flow over one collection: embed → retrieve → fuse → rescore → rank → arrange. Thread-safe.
/// </summary>
public sealed class SearchPipeline
{
    /// <summary>A pipeline that embeds words with the collection's encoder.</summary>
    public SearchPipeline(IStore store, DualEncoder encoder, RankingOptions? options = null, BusinessRules? rules = null)
        : this(store, encoder.EncodeText, options, rules)
    {
    }

    /// <summary>A pipeline that embeds words with any function, such as a caching or batching one.</summary>
    public SearchPipeline(IStore store, Func<string, float[]> embedText, RankingOptions? options = null, BusinessRules? rules = null)
    {
    }

    /// <summary>Answers a query.</summary>
    public SearchResponse Search(SearchQuery query, CancellationToken cancellation = default);

    /// <summary>Answers "more like these, less like those". The examples themselves are left out.</summary>
    public SearchResponse Recommend(RecommendQuery query, CancellationToken cancellation = default);
}
