using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores;

/// <summary>What a store's parts of pictures mean for a query.</summary>
public static class StoreRegions
{
    /// <summary>How parts take part in a query that may not say so: a crop looks for parts where there are any.</summary>
    /// <param name="store">The collection.</param>
    /// <param name="asked">What the query says; null when it leaves that open.</param>
    /// <param name="isCrop">Whether the query's picture is a part of one.</param>
    /// <param name="mode">The query's mode; words alone find no parts.</param>
    public static RegionMode RegionsFor(this IRetrieval store, RegionMode? asked, bool isCrop, SearchMode mode)
    {
        ArgumentNullException.ThrowIfNull(store);
        return asked ?? (isCrop && mode != SearchMode.Text && store.RegionPictures > 0 ? RegionMode.Best : RegionMode.None);
    }
}
