using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>A batch as points. An asset that was there keeps its id, and an item that stays what it was (kind and time span) keeps its own.</summary>
internal sealed class BatchPoints
{
    private readonly List<PointWrite> items = [], keyframes = [], assets = [];
    private readonly List<long> assetIds = [], replacedIds = [], itemIds = [], keyframeIds = [];

    private readonly Dictionary<long, string> kept = [];

    private readonly long revision;

    private BatchPoints(CollectionEntry entry) => (NextAsset, NextItem, NextKeyframe, revision) = (entry.NextAsset, entry.NextItem, entry.NextKeyframe, entry.Revision + 1);

    public IReadOnlyList<PointWrite> Items => items;

    public IReadOnlyList<PointWrite> Keyframes => keyframes;

    public IReadOnlyList<PointWrite> Assets => assets;

    /// <summary>All assets of the batch.</summary>
    public IReadOnlyList<long> AssetIds => assetIds;

    /// <summary>Those that were there before.</summary>
    public IReadOnlyList<long> ReplacedIds => replacedIds;

    public IReadOnlyList<long> ItemIds => itemIds;

    public IReadOnlyList<long> KeyframeIds => keyframeIds;

    /// <summary>The pictures whose bytes stay what they were, with the digest of those: what was made of the bytes stays, too.</summary>
    public IReadOnlyDictionary<long, string> Kept => kept;

    public long NextAsset { get; private set; }

    public long NextItem { get; private set; }

    public long NextKeyframe { get; private set; }

    /// <param name="batch">The batch, checked.</param>
    /// <param name="before">The assets of its paths that are there already.</param>
    /// <param name="entry">Has the next ids, and the revision before this one.</param>
    /// <param name="now">When an asset counts as indexed that does not say so itself.</param>
    public static BatchPoints From(PreparedBatch batch, IReadOnlyDictionary<string, AssetPoint> before, CollectionEntry entry, DateTimeOffset now)
    {
        var points = new BatchPoints(entry);
        foreach (PreparedAsset asset in batch.Assets)
            points.Add(asset, AssetRow.Normalize(asset.Asset, now), before);
        return points;
    }

    private void Add(PreparedAsset prepared, Asset asset, IReadOnlyDictionary<string, AssetPoint> known)
    {
        AssetPoint? before = known.GetValueOrDefault(asset.Path);
        asset = asset with { Id = before?.Asset.Id ?? NextAsset++ };
        assetIds.Add(asset.Id);
        if (before is not null)
            replacedIds.Add(asset.Id);

        var reusable = (before?.Items ?? []).GroupBy(static item => (item.Kind, item.Start, item.End))
            .ToDictionary(static same => same.Key, static same => new Queue<long>(same.Select(static item => item.Id).Order()));
        var own = new List<Item>(prepared.Items.Count);
        int firstKeyframe = keyframeIds.Count;
        foreach (PreparedItem item in prepared.Items)
        {
            long id = reusable.TryGetValue((item.Kind, item.Start, item.End), out Queue<long>? ids) && ids.TryDequeue(out long stays) ? stays : NextItem++;
            own.Add(new Item { Id = id, AssetId = asset.Id, Kind = item.Kind, Start = item.Start, End = item.End, Text = item.Text.Length > 0 ? item.Text : null });
            if (item.Kind == ItemKind.Picture && before?.Asset.ContentHash == asset.ContentHash)
                kept.Add(id, asset.ContentHash);
            items.Add(new PointWrite((ulong)id, Vectors(asset, item), QdrantPayload.Write(new ItemRecord(own[^1], asset))));
            foreach (Keyframe keyframe in item.Keyframes)
            {
                keyframes.Add(KeyframePoint.Write(NextKeyframe, asset.Id, id, keyframe));
                keyframeIds.Add(NextKeyframe++);
            }
        }

        itemIds.AddRange(own.Select(static item => item.Id));
        Item[] inTime = [.. own.OrderBy(static item => item.Start ?? -1).ThenBy(static item => item.Id)];
        assets.Add(new AssetPoint(asset, inTime, keyframeIds[firstKeyframe..]).Write(prepared.Video, revision));
    }

    private static List<NamedVector> Vectors(Asset asset, PreparedItem item)
    {
        List<NamedVector> vectors = [NamedVector.Of(item.IsVisual ? QdrantLayout.Visual : QdrantLayout.Text, item.Vector)];
        // A shot is found by what it shows; what is said meanwhile has items of its own.
        if (item.Kind != ItemKind.Shot && WordWeights.Of(item.HasAssetWords ? asset : null, item.Text) is { } weights)
        {
            vectors.Add(NamedVector.Of(QdrantLayout.Words, weights.Words));
            vectors.Add(NamedVector.Of(QdrantLayout.Beginnings, weights.Beginnings));
        }

        return vectors;
    }
}
