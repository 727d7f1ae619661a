using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Stores;

/// <summary>Reads what is known of files and of the items in them: records, times, storyboards, counts of values. Safe for any number of threads.</summary>
public interface IRecords
{
    /// <summary>How many of the assets are videos.</summary>
    long Videos { get; }

    /// <summary>Items with their assets, in the order asked for; ids that are not there are left out.</summary>
    /// <param name="itemIds">Item ids, in any order.</param>
    IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds);

    /// <summary>Items without their assets, in the order asked for; ids that are not there are left out. A tenth of <see cref="Load"/>'s work.</summary>
    /// <param name="itemIds">Item ids, in any order.</param>
    IReadOnlyList<Item> LoadItems(IReadOnlyList<long> itemIds);

    /// <summary>The asset with this id, or null.</summary>
    /// <param name="assetId">The asset's id.</param>
    Asset? FindAsset(long assetId);

    /// <summary>The asset with this absolute path, or null.</summary>
    /// <param name="path">The path as it was written.</param>
    Asset? FindAssetByPath(string path);

    /// <summary>The item with this id, or null.</summary>
    /// <param name="itemId">The item's id.</param>
    Item? FindItem(long itemId);

    /// <summary>The items of an asset in order of time, then id; empty when there is no such asset.</summary>
    /// <param name="assetId">The asset's id.</param>
    IReadOnlyList<Item> ItemsOf(long assetId);

    /// <summary>The shots of a video with their keyframes' vectors, in order of time; none for a picture.</summary>
    /// <param name="assetId">The asset's id.</param>
    IReadOnlyList<ShotWrite> ShotsOf(long assetId);

    /// <summary>How the storyboard of a video is laid out; null for a picture and for an asset that is not there.</summary>
    /// <param name="assetId">The asset's id.</param>
    StoryboardTiles? TilesOf(long assetId);

    /// <summary>Storyboard and transcript of a video; null for a picture and for an asset that is not there.</summary>
    /// <param name="assetId">The asset's id.</param>
    VideoDetails? FindVideo(long assetId);

    /// <summary>Path, size, time and digest of every asset, for a scan to compare with the disk.</summary>
    /// <param name="root">Only assets indexed under this root, or null for all.</param>
    /// <returns>By absolute path.</returns>
    IReadOnlyDictionary<string, AssetFileState> FileStates(string? root = null);

    /// <summary>The most frequent values of a field and how many items have each.</summary>
    /// <param name="field">A built-in field or a payload field.</param>
    /// <param name="filter">Only items it lets through, or null for all.</param>
    /// <param name="limit">How many values at most, at least 1.</param>
    /// <returns>Most frequent first, then by value. Values that differ only in case are counted together.</returns>
    IReadOnlyList<FacetCount> Facet(string field, Filter? filter = null, int limit = 50);

    /// <summary>Names of the payload fields that recently written assets have, in order of name.</summary>
    IReadOnlyList<string> FieldNames();

    /// <summary>Items from all over the collection, the same at every call while nothing changes.</summary>
    /// <param name="count">How many at most, at least 1.</param>
    IReadOnlyList<long> SpreadItems(int count);

    /// <summary>Assets with everything that is known of them, as they would be written: to copy them.</summary>
    /// <param name="assetIds">Which; those that are not there are left out, and so is what has no vector.</param>
    IReadOnlyList<AssetWrite> Export(IReadOnlyList<long> assetIds);
}
