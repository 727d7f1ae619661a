using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores.Moving;

/// <summary>Assets with everything that is known of them, as they would be written: what a copy of a collection is made of.</summary>
internal static class AssetExport
{
    /// <summary>Reads assets.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="assetIds">Which; those that are not there are left out, and what has no vector is left out of its asset.</param>
    /// <param name="passageVectors">The vectors of those of these items that are passages.</param>
    public static IReadOnlyList<AssetWrite> Read(IStore store, IReadOnlyList<long> assetIds, Func<IReadOnlyList<long>, IReadOnlyDictionary<long, float[]>> passageVectors) =>
        [.. assetIds.Select(store.FindAsset).OfType<Asset>().Select(asset => Read(store, asset, passageVectors)).Where(static write => write.Items.Count > 0)];

    private static AssetWrite Read(IStore store, Asset asset, Func<IReadOnlyList<long>, IReadOnlyDictionary<long, float[]>> passageVectors)
    {
        // In order of id, so that the copy's ids have the same order.
        Item[] items = [.. store.ItemsOf(asset.Id).OrderBy(static item => item.Id)];
        IReadOnlyList<ShotWrite> shots = items.Any(static item => item.Kind == ItemKind.Shot) ? store.ShotsOf(asset.Id) : [];
        IReadOnlyDictionary<long, float[]> passages = passageVectors([.. items.Where(static item => item.Kind == ItemKind.Passage).Select(static item => item.Id)]);
        Dictionary<(double Start, double End), Queue<ShotWrite>> shotsAt = shots.GroupBy(static shot => (shot.Start, shot.End)).ToDictionary(static same => same.Key, static same => new Queue<ShotWrite>(same));
        return new AssetWrite(asset, [.. items.Select(item => Read(store, item, shotsAt, passages)).OfType<ItemWrite>()]) { Video = store.FindVideo(asset.Id) };
    }

    private static ItemWrite? Read(IStore store, Item item, Dictionary<(double Start, double End), Queue<ShotWrite>> shots, IReadOnlyDictionary<long, float[]> passages)
    {
        switch (item.Kind)
        {
            case ItemKind.Picture:
                var vector = new float[store.Info.Dimension];
                return store.TryGetVector(item.Id, vector) ? new PictureWrite(vector) : null;
            case ItemKind.Shot:
                return shots.TryGetValue((item.Start!.Value, item.End!.Value), out Queue<ShotWrite>? same) && same.TryDequeue(out ShotWrite? shot) ? shot : null;
            default:
                if (!passages.TryGetValue(item.Id, out float[]? meaning))
                    return null;
                return item.Text is { } text ? new PassageWrite(item.Start!.Value, item.End!.Value, text, meaning) : new AboutWrite(item.End!.Value, meaning);
        }
    }
}
