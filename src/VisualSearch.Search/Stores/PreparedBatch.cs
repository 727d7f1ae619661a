using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>A batch as it goes into the catalog and the index: checked, each path once, vectors of norm 1.</summary>
/// <param name="Assets">The assets with their items.</param>
/// <param name="Vectors">The vectors of pictures and shots one after another, in the order of assets and items.</param>
internal sealed record PreparedBatch(IReadOnlyList<PreparedAsset> Assets, float[] Vectors)
{
    /// <summary>Checks and normalizes a caller's batch; of a path that comes twice the last asset stays.</summary>
    /// <param name="batch">Assets.</param>
    /// <param name="dimension">Numbers in a vector of a picture.</param>
    /// <param name="passageDimension">Numbers in a vector of a passage.</param>
    /// <exception cref="ArgumentException">An asset has no path or no item, a shot no keyframe or no time, or a vector a wrong length, a value
    /// that is not finite, or only zeros.</exception>
    public static PreparedBatch From(IReadOnlyList<AssetWrite> batch, int dimension, int passageDimension)
    {
        var lastOfPath = new Dictionary<string, int>(batch.Count, StringComparer.Ordinal);
        for (int i = 0; i < batch.Count; i++)
            lastOfPath[CatalogText.Clean(batch[i].Asset.Path)] = i;

        var assets = new List<PreparedAsset>(lastOfPath.Count);
        var vectors = new List<float[]>(lastOfPath.Count);
        for (int i = 0; i < batch.Count; i++)
        {
            string path = batch[i].Asset.Path;
            if (path.Length == 0)
                throw new ArgumentException("An asset has no path; an asset is recognised by its absolute path.", nameof(batch));
            if (batch[i].Items.Count == 0)
                throw new ArgumentException($"'{path}' has nothing that could be found: no picture, no shot, no passage. Nothing of the batch was written.", nameof(batch));
            PreparedItem[] items = [.. batch[i].Items.Select(item => Prepare(path, item, dimension, passageDimension))];
            if (lastOfPath[CatalogText.Clean(path)] != i)
                continue;
            assets.Add(new PreparedAsset(batch[i].Asset, items, batch[i].Video));
            vectors.AddRange(items.Where(item => item.IsVisual).Select(item => item.Vector));
        }

        var all = new float[vectors.Count * dimension];
        for (int i = 0; i < vectors.Count; i++)
            vectors[i].CopyTo(all.AsSpan(i * dimension));
        return new PreparedBatch(assets, all);
    }

    private static PreparedItem Prepare(string path, ItemWrite item, int dimension, int passageDimension)
    {
        switch (item)
        {
            case PictureWrite picture:
                return new PreparedItem(ItemKind.Picture, null, null, Unit(path, picture.Vector, dimension)) { HasAssetWords = true };
            case ShotWrite shot:
                Require(path, shot.Start >= 0 && shot.End > shot.Start && double.IsFinite(shot.End), $"a shot from second {shot.Start} to {shot.End}");
                Require(path, shot.Keyframes.Count > 0, $"a shot at second {shot.Start} without a keyframe");
                Keyframe[] keyframes = [.. shot.Keyframes.Select(frame => new Keyframe(frame.Seconds, Unit(path, frame.Vector, dimension)))];
                return new PreparedItem(ItemKind.Shot, shot.Start, shot.End, Keyframe.Mean(keyframes)) { Keyframes = keyframes };
            case PassageWrite passage:
                Require(path, passage.Start >= 0 && passage.End >= passage.Start && double.IsFinite(passage.End), $"a passage from second {passage.Start} to {passage.End}");
                return new PreparedItem(ItemKind.Passage, passage.Start, passage.End, Unit(path, passage.Vector, passageDimension)) { Text = CatalogText.Clean(passage.Text) };
            case AboutWrite about:
                return new PreparedItem(ItemKind.Passage, 0, about.End, Unit(path, about.Vector, passageDimension)) { HasAssetWords = true };
            default:
                throw new ArgumentException($"'{path}' has an item of type {item.GetType().Name}, which no store knows.", nameof(item));
        }
    }

    private static float[] Unit(string path, ReadOnlyMemory<float> vector, int dimension)
    {
        if (UnitVector.Fault(vector.Span, dimension) is string fault)
            throw new ArgumentException($"The vector of '{path}' {fault}. Nothing of the batch was written.", nameof(vector));
        var unit = new float[dimension];
        UnitVector.Normalize(vector.Span, unit);
        return unit;
    }

    private static void Require(string path, bool holds, string found)
    {
        if (!holds)
            throw new ArgumentException($"'{path}' has {found}. Nothing of the batch was written.", nameof(path));
    }
}

/// <summary>An asset of a batch.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="Items">Its items, at least one.</param>
/// <param name="Video">What a video has besides; null for a picture.</param>
internal sealed record PreparedAsset(Asset Asset, IReadOnlyList<PreparedItem> Items, VideoDetails? Video);

/// <summary>An item of a batch.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins in its video, in seconds.</param>
/// <param name="End">Where it ends, in seconds.</param>
/// <param name="Vector">Of norm 1: a picture's, the mean of a shot's keyframes, or a passage's.</param>
internal sealed record PreparedItem(ItemKind Kind, double? Start, double? End, float[] Vector)
{
    /// <summary>Of a shot.</summary>
    public IReadOnlyList<Keyframe> Keyframes { get; init; } = [];

    /// <summary>Of a passage.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it is found by the asset's title, tags, path and text.</summary>
    public bool HasAssetWords { get; init; }

    /// <summary>Whether its vector belongs into the index of pictures.</summary>
    public bool IsVisual => Kind != ItemKind.Passage;
}
