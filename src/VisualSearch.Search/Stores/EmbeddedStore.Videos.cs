using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Moving;

namespace VisualSearch.Search.Stores;

/// <content>What only videos have: passages found by meaning, keyframes, storyboards and transcripts.</content>
public sealed partial class EmbeddedStore
{
    /// <summary>The model of the passages' vectors: texts are compared in its space. As long as no other was chosen, that of the pictures.</summary>
    public ModelIdentity PassageModel => passages.Model;

    /// <inheritdoc/>
    public long Videos => Read(reader => videos.Get(reader.Revision(), "", () => VideoRow.Count(reader.Catalog)));

    /// <inheritdoc/>
    public IReadOnlyList<ScoredItem> SearchPassages(ReadOnlySpan<float> query, int k, ItemScope? scope = null)
    {
        IdSet? filter = ListedItems.Of(scope);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (filter is { Count: 0 })
            return [];
        float[] wanted = query.ToArray();
        return Read(reader => passages.Search(reader, wanted, k, filter));
    }

    /// <inheritdoc/>
    public IReadOnlyList<FoundKeyframe> BestKeyframes(ReadOnlySpan<float> query, IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        if (itemIds.Count == 0)
            return [];
        var unit = new float[query.Length];
        UnitVector.Normalize(query, unit);
        return Read(reader => KeyframeRows.Best(reader.Catalog, identity.Generation, unit, itemIds));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ShotWrite> ShotsOf(long assetId) => Read(reader =>
    {
        Item[] shots = [.. reader.ItemsOf(assetId).Where(item => item.Kind == ItemKind.Shot)];
        ILookup<long, Keyframe> keyframes = KeyframeRows.Of(reader.Catalog, identity.Generation, [.. shots.Select(shot => shot.Id)]);
        return (IReadOnlyList<ShotWrite>)[.. shots
            .Where(shot => keyframes.Contains(shot.Id))
            .Select(shot => new ShotWrite(shot.Start!.Value, shot.End!.Value, [.. keyframes[shot.Id].Select(frame => new KeyframeWrite(frame.Seconds, frame.Vector))]))];
    });

    /// <inheritdoc/>
    public IReadOnlyList<AssetWrite> Export(IReadOnlyList<long> assetIds) =>
        AssetExport.Read(this, assetIds, passages => Read(reader => PassageRows.Vectors(reader.Catalog, PassageModel.Fingerprint, PassageModel.Dimension, passages)));

    /// <inheritdoc/>
    public StoryboardTiles? TilesOf(long assetId) => Read(reader => VideoRow.ReadTiles(reader.Catalog, assetId));

    /// <inheritdoc/>
    public VideoDetails? FindVideo(long assetId) => Read(reader => VideoRow.Read(reader.Catalog, assetId));
}
