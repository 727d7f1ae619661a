using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Tests.Ranking;

/// <summary>A collection in memory, with retrieval so plain that it can't be wrong: sort everything.</summary>
internal sealed class FakeStore(int dimension) : IStore
{
    private readonly SortedDictionary<long, (ItemRecord Record, float[] Vector)> items = [];

    /// <summary>How far off the similarities of <see cref="SearchVisual"/> are, as compact codes make them.</summary>
    public Func<long, float> VisualError { get; init; } = _ => 0;

    public CollectionInfo Info => new() { Name = "fake", Dimension = dimension, Items = items.Count, Assets = items.Count };

    public IEnumerable<ItemRecord> Records => items.Values.Select(item => item.Record);

    public long Add(float[] vector, string? title = null, ulong hash = 0, string[]? tags = null, int? year = null, long? assetId = null, string? path = null)
    {
        long id = items.Count + 1;
        Asset asset = new()
        {
            Id = assetId ?? id + 1000,
            Path = path ?? $"/pictures/{id}.jpg",
            RelativePath = Path.GetFileName(path ?? $"{id}.jpg"),
            Title = title,
            Tags = tags ?? [],
            PerceptualHash = hash,
            Fields = year is { } y ? new Dictionary<string, FieldValue> { ["year"] = y } : new Dictionary<string, FieldValue>(),
        };
        items.Add(id, (new ItemRecord(new Item { Id = id, AssetId = asset.Id, Kind = ItemKind.Picture }, asset), Vectors.Unit(vector)));
        return id;
    }

    public ItemRecord Record(long id) => items[id].Record;

    public float[] Vector(long id) => items[id].Vector;

    public void Delete(long id) => items.Remove(id);

    public IReadOnlyList<ScoredItem> SearchVisual(ReadOnlySpan<float> query, int k, ItemScope? scope = null, int efSearch = 0)
    {
        IdSet? filter = ListedItems.Of(scope);
        float[] unit = Vectors.Unit(query.ToArray());
        return
        [
            .. items.Where(pair => filter is null || filter.Contains((ulong)pair.Key))
                .Select(pair => new ScoredItem(pair.Key, Vectors.Dot(unit, pair.Value.Vector) + VisualError(pair.Key)))
                .OrderByDescending(item => item.Score).ThenBy(item => item.ItemId).Take(k),
        ];
    }

    public long RegionPictures => 0;

    public IReadOnlyList<FoundRegion> SearchRegions(RegionQuery query, int k, ItemScope? scope = null) => throw new RegionsMissingException("fake");

    /// <summary>The score of a word is the number of times it comes in the title, for each word of the query.</summary>
    public IReadOnlyList<ScoredItem> SearchText(string words, int k, ItemScope? scope = null)
    {
        IdSet? filter = ListedItems.Of(scope);
        string[] wanted = words.Split(' ');
        return
        [
            .. items.Where(pair => filter is null || filter.Contains((ulong)pair.Key))
                .Select(pair => new ScoredItem(pair.Key, (pair.Value.Record.Asset.Title ?? "").Split(' ').Count(wanted.Contains)))
                .Where(item => item.Score > 0)
                .OrderByDescending(item => item.Score).ThenBy(item => item.ItemId).Take(k),
        ];
    }

    public double BestTextScore(string words) => 0;

    public long Videos => 0;

    public IReadOnlyList<ScoredItem> SearchPassages(ReadOnlySpan<float> query, int k, ItemScope? scope = null) => [];

    public IReadOnlyList<FoundKeyframe> BestKeyframes(ReadOnlySpan<float> query, IReadOnlyList<long> itemIds) => [];

    public IReadOnlyList<AssetWrite> Export(IReadOnlyList<long> assetIds) => throw new NotSupportedException("Nobody copies a fake.");

    public IReadOnlyList<ShotWrite> ShotsOf(long assetId) => [];

    public StoryboardTiles? TilesOf(long assetId) => null;

    public VideoDetails? FindVideo(long assetId) => null;

    public bool TryGetVector(long itemId, Span<float> vector)
    {
        if (!items.TryGetValue(itemId, out (ItemRecord Record, float[] Vector) item))
            return false;
        item.Vector.CopyTo(vector);
        return true;
    }

    public void CopyVectors(IReadOnlyList<long> itemIds, Span<float> vectors, Span<bool> there)
    {
        for (int i = 0; i < itemIds.Count; i++)
            there[i] = items.TryGetValue(itemIds[i], out (ItemRecord Record, float[] Vector) item) && TryGetVector(itemIds[i], vectors[(i * item.Vector.Length)..]);
    }

    public float? Similarity(ReadOnlySpan<float> query, long itemId) =>
        items.TryGetValue(itemId, out (ItemRecord Record, float[] Vector) item) ? Vectors.Dot(Vectors.Unit(query.ToArray()), item.Vector) : null;

    public ItemScope Match(Filter filter) =>
        IdSet.FromIds(items.Where(pair => filter.Matches(pair.Value.Record)).Select(pair => (ulong)pair.Key));

    public IReadOnlyList<Item> LoadItems(IReadOnlyList<long> itemIds) => [.. Load(itemIds).Select(static record => record.Item)];

    public IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds) => [.. itemIds.Where(items.ContainsKey).Select(id => items[id].Record)];

    public Item? FindItem(long itemId) => items.TryGetValue(itemId, out (ItemRecord Record, float[] Vector) item) ? item.Record.Item : null;

    public Asset? FindAsset(long assetId) => Records.FirstOrDefault(record => record.Asset.Id == assetId)?.Asset;

    public Asset? FindAssetByPath(string path) => Records.FirstOrDefault(record => record.Asset.Path == path)?.Asset;

    public IReadOnlyList<Item> ItemsOf(long assetId) => [.. Records.Where(record => record.Asset.Id == assetId).Select(record => record.Item)];

    public void Write(IReadOnlyList<AssetWrite> batch)
    {
        foreach (AssetWrite write in batch)
            Add(((PictureWrite)write.Items[0]).Vector.ToArray(), write.Asset.Title, path: write.Asset.Path);
    }

    public int Remove(IReadOnlyCollection<long> assetIds) => throw new NotSupportedException();

    public void Flush() => throw new NotSupportedException();

    public IReadOnlyList<string> FieldNames() => throw new NotSupportedException();

    public IReadOnlyList<long> SpreadItems(int count) => throw new NotSupportedException();

    public IReadOnlyDictionary<string, AssetFileState> FileStates(string? root = null) => throw new NotSupportedException();

    public IReadOnlyList<FacetCount> Facet(string field, Filter? filter = null, int limit = 50) => throw new NotSupportedException();

    public VerifyReport Verify() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
