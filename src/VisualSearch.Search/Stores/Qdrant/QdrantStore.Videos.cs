using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>What only videos have: passages found by meaning, keyframes, storyboards and transcripts.</content>
public sealed partial class QdrantStore
{
    /// <summary>The model of the passages' vectors: that of the pictures.</summary>
    public ModelIdentity PassageModel => Model;

    /// <inheritdoc/>
    public IReadOnlyList<ScoredItem> SearchPassages(ReadOnlySpan<float> query, int k, ItemScope? scope = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Search(QdrantLayout.Text, Checked(query, PassageModel.Dimension), k, scope);
    }

    /// <inheritdoc/>
    public IReadOnlyList<FoundKeyframe> BestKeyframes(ReadOnlySpan<float> query, IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        if (itemIds.Count == 0)
            return [];
        IReadOnlyList<PointGroup> groups = client.QueryGroups(layout.Keyframes, new PointGroupsQuery
        {
            GroupBy = KeyframePoint.ItemKey,
            GroupSize = 1,
            Limit = itemIds.Count,
            Query = new QueryInput.Dense(Checked(query, Model.Dimension)),
            Using = QdrantLayout.Frame,
            Filter = new PointFilter { Must = [new PointCondition.MatchInteger(KeyframePoint.ItemKey, [.. itemIds])] },
            // Of so few pictures the best is found by comparing them all.
            Params = new QueryTuning { Exact = true },
            WithPayload = KeyframePoint.Payload,
        });
        return
        [
            .. groups.Select(static group => group.Hits[0])
                .Select(static hit => new FoundKeyframe(KeyframePoint.ItemOf(hit.Payload), KeyframePoint.SecondsOf(hit.Payload), hit.Score))
                .OrderBy(static keyframe => keyframe.ItemId),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ShotWrite> ShotsOf(long assetId)
    {
        Item[] shots = [.. ItemsOf(assetId).Where(static item => item.Kind == ItemKind.Shot)];
        if (shots.Length == 0)
            return [];
        ILookup<long, KeyframeWrite> keyframes = client.ScrollAll(layout.Keyframes, new PointScroll
        {
            Filter = new PointFilter { Must = [new PointCondition.MatchInteger(KeyframePoint.AssetKey, [assetId])] },
            WithPayload = KeyframePoint.Payload,
            WithVector = VectorSelection.Only(QdrantLayout.Frame),
        }).ToLookup(static point => KeyframePoint.ItemOf(point.Payload), static point => new KeyframeWrite(KeyframePoint.SecondsOf(point.Payload), point.Vectors!.Dense[QdrantLayout.Frame]));
        return [.. shots.Where(shot => keyframes.Contains(shot.Id)).Select(shot => new ShotWrite(shot.Start!.Value, shot.End!.Value, [.. keyframes[shot.Id].OrderBy(static frame => frame.Seconds)]))];
    }

    /// <inheritdoc/>
    public StoryboardTiles? TilesOf(long assetId) => ReadPoint(assetId, AssetPoint.Tiles) is { } point ? AssetPoint.ReadTiles(point) : null;

    /// <inheritdoc/>
    public VideoDetails? FindVideo(long assetId) => ReadPoint(assetId, AssetPoint.Video) is { } point ? AssetPoint.ReadVideo(point) : null;

    private StoredPoint? ReadPoint(long assetId, PayloadSelection payload) => assetId > 0 && client.GetPoints(layout.Assets, [(ulong)assetId], payload) is [var point] ? point : null;
}
