using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores.Moving;

/// <summary>How far a copy is.</summary>
/// <param name="Done">Assets that are there by now, those that were there before among them.</param>
/// <param name="Total">Assets of the collection.</param>
public readonly record struct CopyProgress(long Done, long Total);

/// <summary>What a copy came to, and how it was checked.</summary>
public sealed record CopyReport
{
    /// <summary>Assets that were written.</summary>
    public long Written { get; init; }

    /// <summary>Assets that were there already, as they are.</summary>
    public long Unchanged { get; init; }

    /// <summary>Assets that the copy had and the collection has not: they were removed.</summary>
    public long Removed { get; init; }

    /// <summary>Assets of the collection.</summary>
    public long Assets { get; init; }

    /// <summary>Items of the collection.</summary>
    public long Items { get; init; }

    /// <summary>Of the ten nearest items of sampled ones, the share that both places find, 0..1; null where there are none.</summary>
    public double? Recall { get; init; }

    /// <summary>What is wrong with the copy, each with what to do; empty when all is well.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>
/// Copies a collection from one store to another, asset by asset in order of id. It may be ended at any moment and run again: what is there already,
/// by path, size, time and digests, is passed over. Afterwards both are compared: counts, a checksum over all that is known of every asset, and
/// what sampled searches find.
/// </summary>
/// <param name="source">The collection.</param>
/// <param name="target">Its copy, opened to write.</param>
public sealed class CollectionCopy(IStore source, IStore target)
{
    private const int Batch = 64, Samples = 50, Nearest = 10, MostNamed = 5;

    // Two approximate searches over the same vectors agree on nearly all; far below this, vectors are not the same.
    private const double LeastRecall = 0.9;

    /// <summary>Copies what is missing, removes what is too much, and compares.</summary>
    /// <param name="progress">Told after each batch; null for nobody.</param>
    /// <param name="cancellation">Ends the copy between batches; run again, it goes on.</param>
    public CopyReport Run(IProgress<CopyProgress>? progress = null, CancellationToken cancellation = default)
    {
        AssetFileState[] wanted = [.. source.FileStates().Values.OrderBy(static state => state.Id)];
        IReadOnlyDictionary<string, AssetFileState> there = target.FileStates();
        AssetFileState[] missing = [.. wanted.Where(state => !there.TryGetValue(state.Path, out AssetFileState? copy) || copy with { Id = state.Id } != state)];
        long done = wanted.Length - missing.Length;
        progress?.Report(new CopyProgress(done, wanted.Length));
        foreach (AssetFileState[] some in missing.Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            target.Write(source.Export([.. some.Select(static state => state.Id)]));
            progress?.Report(new CopyProgress(done += some.Length, wanted.Length));
        }

        var paths = wanted.Select(static state => state.Path).ToHashSet(StringComparer.Ordinal);
        int removed = target.Remove([.. there.Values.Where(state => !paths.Contains(state.Path)).Select(static state => state.Id)]);
        target.Flush();
        return Compare(cancellation) with { Written = missing.Length, Unchanged = wanted.Length - missing.Length, Removed = removed };
    }

    /// <summary>Compares both, and changes nothing.</summary>
    /// <param name="cancellation">Ends the comparison.</param>
    public CopyReport Compare(CancellationToken cancellation = default)
    {
        var problems = new List<string>();
        IReadOnlyDictionary<string, AssetFileState> wanted = source.FileStates(), there = target.FileStates();
        long items = 0, copied = 0;
        var differing = new List<string>();
        foreach (AssetFileState[] some in wanted.Values.OrderBy(static state => state.Id).Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (AssetFileState state in some)
            {
                IReadOnlyList<Item> own = source.ItemsOf(state.Id);
                items += own.Count;
                if (!there.TryGetValue(state.Path, out AssetFileState? copy))
                {
                    differing.Add(state.Path);
                    continue;
                }

                IReadOnlyList<Item> other = target.ItemsOf(copy.Id);
                copied += other.Count;
                if (Checksum(source, state.Id, own) != Checksum(target, copy.Id, other))
                    differing.Add(state.Path);
            }
        }

        if (wanted.Count != there.Count || items != copied)
            problems.Add($"The collection has {wanted.Count:N0} files and {items:N0} items, the copy {there.Count:N0} and {copied:N0}. Run the copy again.");
        if (differing.Count > 0)
            problems.Add($"{differing.Count:N0} files differ ({string.Join(", ", differing.Take(MostNamed))}{(differing.Count > MostNamed ? ", …" : "")}). Index them again in the collection, then run the copy again.");
        double? recall = Recall();
        if (recall < LeastRecall)
            problems.Add($"Of what sampled searches find, the copy finds {recall:0.00}. Its index may still be being built: compare again in a while.");
        return new CopyReport { Assets = wanted.Count, Items = items, Recall = recall, Problems = problems };
    }

    // All that is known, but for the ids, which each place gives itself.
    private static string Checksum(IStore store, long assetId, IReadOnlyList<Item> items)
    {
        Asset asset = store.FindAsset(assetId)! with { Id = 0 };
        var parts = new StringBuilder(JsonSerializer.Serialize(asset with { Fields = asset.Fields.OrderBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary() }));
        foreach (Item item in items.OrderBy(static item => item.Kind).ThenBy(static item => item.Start).ThenBy(static item => item.End).ThenBy(static item => item.Text, StringComparer.Ordinal))
            parts.Append(JsonSerializer.Serialize(item with { Id = 0, AssetId = 0 }));
        if (store.FindVideo(assetId) is { } video)
            parts.Append(JsonSerializer.Serialize(video.Tiles)).Append(JsonSerializer.Serialize(video.Transcript)).Append(Convert.ToHexString(SHA256.HashData(video.Storyboard.Span)));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
    }

    private double? Recall()
    {
        long[] samples = [.. source.SpreadItems(Samples)];
        double found = 0, wanted = 0;
        var vector = new float[source.Info.Dimension];
        foreach (long sample in samples.Where(id => source.TryGetVector(id, vector)))
        {
            source.TryGetVector(sample, vector);
            HashSet<string> own = Names(source, vector), other = Names(target, vector);
            wanted += own.Count;
            found += own.Count(other.Contains);
        }

        return wanted == 0 ? null : found / wanted;
    }

    private static HashSet<string> Names(IStore store, float[] vector) =>
        [.. store.Load([.. store.SearchVisual(vector, Nearest).Select(static one => one.ItemId)]).Select(static record => $"{record.Asset.Path}\n{record.Item.Start}\n{record.Item.End}")];
}
