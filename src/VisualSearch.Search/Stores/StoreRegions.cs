using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores;

/// <summary>What a store's parts of pictures mean for a query.</summary>
public static class StoreRegions
{
    /// <summary>
    /// How parts take part in a query that may not say so: a crop looks for parts where there are any, and then by late interaction. With words
    /// beside it the best part decides: its vector is compared with both, and patches know nothing of the words.
    /// </summary>
    /// <remarks>Late interaction finds all 120 photographs by their middle, the best part alone 118, and reads judged crops better by 0.02 nDCG@10 (<see cref="RegionQuery.WholeCountsForPictures"/>).</remarks>
    /// <param name="store">The collection.</param>
    /// <param name="asked">What the query says; null when it leaves that open.</param>
    /// <param name="isCrop">Whether the query's picture is a part of one.</param>
    /// <param name="words">What the query says in words, for or against; null or empty for nothing.</param>
    /// <param name="mode">The query's mode; words alone find no parts.</param>
    public static RegionMode RegionsFor(this IRetrieval store, RegionMode? asked, bool isCrop, string? words, SearchMode mode)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (asked is { } said)
            return said;
        if (!isCrop || mode == SearchMode.Text || store.RegionPictures == 0)
            return RegionMode.None;
        return string.IsNullOrWhiteSpace(words) ? RegionMode.LateInteraction : RegionMode.Best;
    }
}
