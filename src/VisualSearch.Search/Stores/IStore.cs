using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores;

/// <summary>
/// Holds a collection's vectors, texts and payload, and answers retrievals. Reading members may be called from any number
/// of threads, also while one thread writes. A batch's texts and payload appear at once and as a whole, its vectors one by one
/// until <see cref="Write"/> returns.
/// </summary>
public interface IStore : IDisposable
{
    /// <summary>Name, model, counts and size as of now.</summary>
    CollectionInfo Info { get; }

    /// <summary>
    /// Adds or replaces assets in one transaction, recognised by path; ids of replaced assets and of their items stay.
    /// When it returns, the batch is on disk and survives a crash.
    /// </summary>
    /// <param name="batch">Assets with distinct paths; where a path comes twice the last one stays.</param>
    /// <exception cref="ArgumentException">A vector has a wrong length, a number that is not finite, or only zeros;
    /// nothing of the batch is written.</exception>
    /// <exception cref="InvalidOperationException">The store was opened to read.</exception>
    void Write(IReadOnlyList<AssetWrite> batch);

    /// <summary>Removes assets with their items, vectors and texts in one transaction.</summary>
    /// <param name="assetIds">Assets to remove; unknown ids are passed over.</param>
    /// <returns>How many assets were there and are removed.</returns>
    /// <exception cref="InvalidOperationException">The store was opened to read.</exception>
    int Remove(IReadOnlyCollection<long> assetIds);

    /// <summary>Saves what makes the next open fast. Without it nothing is lost: the next open does the work instead.</summary>
    void Flush();

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

    /// <summary>How many of the assets are videos.</summary>
    long Videos { get; }

    /// <summary>The passages whose meaning is nearest to the query's; none where nothing is said or written in time spans.</summary>
    /// <param name="query">A vector of the passage model's dimension, not all zero; its length does not matter.</param>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="scope">Only these items, or null for all.</param>
    /// <returns>Item ids with cosine similarity, best first.</returns>
    IReadOnlyList<ScoredItem> SearchPassages(ReadOnlySpan<float> query, int k, ItemScope? scope = null);

    /// <summary>Of each of these items that is a shot, the keyframe that fits the query best: the moment to show.</summary>
    /// <param name="query">A vector of the collection's dimension, not all zero.</param>
    /// <param name="itemIds">Items of any kind.</param>
    /// <returns>In order of item.</returns>
    IReadOnlyList<FoundKeyframe> BestKeyframes(ReadOnlySpan<float> query, IReadOnlyList<long> itemIds);

    /// <summary>The shots of a video with their keyframes' vectors, in order of time; none for a picture.</summary>
    /// <param name="assetId">The asset's id.</param>
    IReadOnlyList<ShotWrite> ShotsOf(long assetId);

    /// <summary>How the storyboard of a video is laid out; null for a picture and for an asset that is not there.</summary>
    /// <param name="assetId">The asset's id.</param>
    StoryboardTiles? TilesOf(long assetId);

    /// <summary>Storyboard and transcript of a video; null for a picture and for an asset that is not there.</summary>
    /// <param name="assetId">The asset's id.</param>
    VideoDetails? FindVideo(long assetId);

    /// <summary>Copies an item's float32 vector (unit norm).</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="vector">Room for the collection's dimension.</param>
    /// <returns>False when there is no such item; the span is then untouched.</returns>
    bool TryGetVector(long itemId, Span<float> vector);

    /// <summary>Copies the float32 vectors (unit norm) of items, all at once.</summary>
    /// <param name="itemIds">The items.</param>
    /// <param name="vectors">Room for one vector an item, one after the other.</param>
    /// <param name="there">Set for each item: whether it has a vector. Where it has none, its part of <paramref name="vectors"/> is left as it is.</param>
    void CopyVectors(IReadOnlyList<long> itemIds, Span<float> vectors, Span<bool> there);

    /// <summary>The cosine similarity of a query with one item, from float32.</summary>
    /// <param name="query">A vector of the collection's dimension, not all zero.</param>
    /// <param name="itemId">The item.</param>
    /// <returns>-1..1, or null when there is no such item.</returns>
    float? Similarity(ReadOnlySpan<float> query, long itemId);

    /// <summary>The items that a filter lets through, to search among them.</summary>
    /// <param name="filter">The filter.</param>
    ItemScope Match(Filter filter);

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

    /// <summary>Assets with everything that is known of them, as they would be written: to copy them.</summary>
    /// <param name="assetIds">Which; those that are not there are left out, and so is what has no vector.</param>
    IReadOnlyList<AssetWrite> Export(IReadOnlyList<long> assetIds);

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

    /// <summary>Checks everything that can be checked: database, texts, vectors, index, and that they agree. Changes nothing.</summary>
    VerifyReport Verify();
}
