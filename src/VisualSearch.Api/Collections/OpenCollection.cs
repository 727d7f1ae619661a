using System.Globalization;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Collections;

/// <summary>
/// A collection that is being served: the store over one generation of it, the encoder of that generation's model, and the pipeline over
/// both. It is taken and replaced as a whole. Each <see cref="TryUse"/> is followed by a <see cref="Dispose"/>; when the registry has let go
/// and the last request has ended, it closes.
/// </summary>
internal sealed class OpenCollection(string name, string folder, IServedStore store, RentedEncoder encoder, SearchPipeline pipeline, Action<string, bool>? onLookup = null) : IDisposable
{
    // Browsers show these themselves; of the rest (TIFF, HEIC …) they get a WebP copy.
    private static readonly HashSet<string> Displayable = ["jpeg", "png", "webp", "gif", "avif"];

    private readonly SemaphoreSlim _writing = new(1);

    // The first use is the registry's own.
    private int _uses = 1;

    public IServedStore Store => store;

    public SearchPipeline Pipeline => pipeline;

    /// <summary>The encoder of the model that the store's vectors come from.</summary>
    public DualEncoder Encoder => encoder.Encoder;

    /// <summary>The same encoder, for queries.</summary>
    public QueryEncoder Queries => encoder.Queries;

    /// <summary>What was found lately.</summary>
    public ResultCache Results { get; } = new(store, onLookup);

    /// <summary>Where this machine keeps the collection's uploads and small copies of its pictures.</summary>
    public string Folder => folder;

    public string Name => name;

    public ResultReply Describe(SearchResult result) => new()
    {
        Id = result.Item.Id,
        AssetId = result.Asset.Id,
        Kind = result.Item.Kind,
        Score = result.Score,
        Match = result.Match,
        BelowCutoff = result.BelowCutoff,
        Collapsed = result.Collapsed,
        Asset = Describe(result.Record),
        Box = result.Box is { } box ? new CropRequest(box.X, box.Y, box.Width, box.Height) : null,
        Start = result.Item.Start,
        End = result.Item.End,
        Moment = result.Moment,
        FoundBy = Words(result.FoundBy),
        Caption = result.Said,
        Moments = result.Moments.Count == 0 ? null : [.. result.Moments.Select(static other => new MomentReply(
            other.Item.Id, other.Item.Kind, other.Item.Start!.Value, other.Item.End!.Value, other.Moment, other.Match, Words(other.FoundBy)))],
        ThumbnailUrl = ThumbnailOf(result.Record, result.Moment),
        Explanation = result.Explanation is { } explanation ? ExplanationReply.From(explanation) : null,
    };

    public SourceReply Describe(Source source) => new()
    {
        Number = source.Number,
        Id = source.Record.Item.Id,
        Asset = Describe(source.Record),
        Text = source.Text,
        Start = source.Start,
        End = source.End,
        Moment = source.Moment,
        Match = source.Match,
        FoundBy = Words(source.FoundBy),
        Seen = source.Seen,
        ThumbnailUrl = ThumbnailOf(source.Record, source.Moment),
    };

    public AssetReply Describe(ItemRecord record)
    {
        var asset = record.Asset;
        var home = $"/v1/collections/{name}/assets/{asset.Id}";
        // The content's digest in the address lets browsers keep a thumbnail for good: another picture has another address.
        var thumbnail = $"{home}/thumbnail?v={Version(asset)}";
        return new AssetReply
        {
            Id = asset.Id,
            ItemId = record.Item.Id,
            Path = asset.RelativePath,
            Title = asset.Title,
            Tags = asset.Tags,
            Text = asset.Text,
            Format = asset.Format,
            Width = asset.Width,
            Height = asset.Height,
            SizeBytes = asset.SizeBytes,
            AverageColor = $"#{asset.AverageColor:x6}",
            Fields = asset.Fields,
            ThumbnailUrl = thumbnail,
            Video = record.Item.Kind == ItemKind.Picture ? null : Video(asset, home),
            MediaUrl = record.Item.Kind != ItemKind.Picture || Displayable.Contains(asset.Format) ? $"{home}/media?v={Version(asset)}" : $"{thumbnail}&size=2048",
        };
    }

    public AssetReply Describe(Asset asset) => Describe(new ItemRecord(ItemFor(asset), asset));

    // The first shot of a video rather than the passage about it: more like it can be looked for.
    private Item ItemFor(Asset asset)
    {
        var items = store.ItemsOf(asset.Id);
        return items.FirstOrDefault(static item => item.Kind == ItemKind.Shot) ?? items[0];
    }

    private VideoReply? Video(Asset asset, string home) => store.TilesOf(asset.Id) is { } tiles
        ? new VideoReply(
            // A sidecar may give a field of that name any value.
            asset.Fields.TryGetValue("duration", out var duration) && duration.Kind == FieldKind.Number ? duration.Number : tiles.Count * tiles.SecondsPerTile,
            $"{home}/storyboard?v={Version(asset)}", tiles, $"{home}/transcript?v={Version(asset)}{asset.MetadataDigest}")
        : null;

    private string ThumbnailOf(ItemRecord record, double? moment)
    {
        var thumbnail = $"/v1/collections/{name}/assets/{record.Asset.Id}/thumbnail?v={Version(record.Asset)}";
        return (moment ?? Middle(record.Item)) is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{thumbnail}&time={seconds:0.###}") : thumbnail;
    }

    private static double? Middle(Item item) => item is { Start: { } start, End: { } end } ? (start + end) / 2 : null;

    internal static string[] Words(FoundBy found) =>
        [.. new[] { FoundBy.Picture, FoundBy.Words, FoundBy.Meaning }.Where(one => found.HasFlag(one)).Select(static one => one.ToString().ToLowerInvariant())];

    /// <summary>Changes the collection, after this server's other changes; what was written can be found when it returns.</summary>
    /// <exception cref="WriterBusyException">Another process is changing the collection.</exception>
    /// <exception cref="GenerationSwitchedException">The collection was switched to another generation.</exception>
    public async Task<T> WriteAsync<T>(Func<IStore, Task<T>> change, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var writing = store.BeginWriting();
            return await change(store).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Keeps it open for one more user; false when it is closed already.</summary>
    public bool TryUse()
    {
        for (var uses = Volatile.Read(ref _uses); uses > 0; uses = Volatile.Read(ref _uses))
        {
            if (Interlocked.CompareExchange(ref _uses, uses + 1, uses) == uses) return true;
        }

        return false;
    }

    /// <summary>Ends one use.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _uses) > 0) return;
        Results.Dispose();
        store.Dispose();
        encoder.Dispose();
        _writing.Dispose();
    }

    private static string Version(Asset asset) => asset.ContentHash.Length >= 12 ? asset.ContentHash[..12] : asset.ContentHash;
}
