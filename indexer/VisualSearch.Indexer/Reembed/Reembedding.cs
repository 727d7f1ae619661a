using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Indexer.Embed;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Reembed;

/// <summary>
/// Embeds a collection's pictures, shots and passages again, for another generation of its vectors, while the collection is searched and changed.
/// <code>
/// EmbedAsync    catch up; passages
///               list (1) ──items──► decode (a worker a core) ──pixels──► embed (a worker a core) ──vectors──► write (1)
///               again and again, until nothing is missing: pictures come and change meanwhile
/// SwitchAsync   EmbedAsync; hold the writers; embed the last few; switch
/// </code>
/// What has been written is never embedded again: a run that was killed goes on by asking what is missing.
/// </summary>
/// <param name="build">The generation.</param>
/// <param name="encoder">The encoder of its model.</param>
/// <param name="reader">Decodes pictures.</param>
/// <param name="limits">What is refused before reading.</param>
/// <param name="options">Workers and batch sizes.</param>
public sealed class Reembedding(IGenerationBuild build, DualEncoder encoder, PictureReader reader, PictureLimits limits, IndexOptions options)
{
    // So much is embedded while nobody may write: uploads wait for it.
    private static readonly TimeSpan MostWhileHeld = TimeSpan.FromSeconds(5);
    private const int LeastWhileHeld = 8;

    // About a megabyte of text, and what a kill can lose.
    private const int PassagesAtOnce = 1024;

    private static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(0.5);

    private readonly IndexOptions _options = options.Validated();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<long, (string ContentHash, IndexFailure Failure)> _failures = new();
    private readonly ConcurrentDictionary<string, bool> _changedFiles = new(StringComparer.Ordinal);
    private readonly long _before = build.Vectors;
    private long _total;
    private long _embedded;
    private bool _switched;
    private bool _cancelled;

    /// <summary>What has been done so far.</summary>
    public ReembedSummary Summary => new()
    {
        Generation = build.Number,
        Items = build.Items,
        Before = _before,
        Embedded = Interlocked.Read(ref _embedded),
        Failures = [.. _failures.Values.Select(static failed => failed.Failure).OrderBy(static failure => failure.Path, StringComparer.Ordinal)],
        ChangedFiles = [.. _changedFiles.Keys.Order(StringComparer.Ordinal)],
        Elapsed = _clock.Elapsed,
        Switched = _switched,
        Cancelled = _cancelled,
    };

    /// <summary>Embeds all that is missing in the generation. What can't be embedded is noted, and tried again by the next run.</summary>
    /// <param name="progress">Told after each batch; may be called from any worker.</param>
    /// <param name="cancellation">Ends the run early: what is written stays.</param>
    public async Task EmbedAsync(IProgress<ReembedProgress>? progress, CancellationToken cancellation)
    {
        if (!CatchUp(progress, cancellation)) return;
        EmbedPassages(cancellation);
        for (var missing = Missing(); missing.Count > 0 && !_cancelled; missing = Missing())
        {
            await EmbedAsync(missing, progress, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Embeds all that is missing, then lets the generation run. While the last few are embedded nobody can change the collection.</summary>
    /// <param name="allowGaps">Whether pictures that could not be embedded may be without a vector.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellation">Ends the run early: the other generation goes on running.</param>
    /// <exception cref="GenerationGapsException">Some pictures could not be embedded, and that is not allowed.</exception>
    public async Task SwitchAsync(bool allowGaps, IProgress<ReembedProgress>? progress, CancellationToken cancellation)
    {
        while (!_switched)
        {
            await EmbedAsync(progress, cancellation).ConfigureAwait(false);
            if (_cancelled) return;
            await build.ReadyAsync(new Steps(step => Report(progress, step)), cancellation).ConfigureAwait(false);
            var waiting = new Steps(holder => Report(progress, $"waiting for {holder}"));
            using var held = await build.HoldWritersAsync(waiting, cancellation).ConfigureAwait(false);
            var missing = Missing();
            // Whoever was waited for has added many: they are not embedded while everybody else has to wait.
            if (missing.Count > Math.Max(LeastWhileHeld, Rate * MostWhileHeld.TotalSeconds)) continue;
            if (missing.Count > 0) await EmbedAsync(missing, progress, cancellation).ConfigureAwait(false);
            if (_cancelled) return;
            EmbedPassages(cancellation);
            Report(progress, "switching");
            build.Switch(allowGaps);
            _switched = true;
        }
    }

    private double Rate => Interlocked.Read(ref _embedded) / Math.Max(0.1, _clock.Elapsed.TotalSeconds);

    // On a server all that is known of the pictures is copied first, minutes for a million of them.
    private bool CatchUp(IProgress<ReembedProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            build.CatchUp(new Steps(step => Report(progress, step)), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _cancelled = true;
        }

        return !_cancelled;
    }

    // What failed in this run is not tried again, unless the catalog has another picture there by now.
    private List<long> Missing()
    {
        var missing = build.Missing();
        _total = build.Items;
        if (_failures.IsEmpty) return [.. missing];
        var failed = missing.Where(_failures.ContainsKey).ToArray();
        var again = build.Load(failed).Where(record => record.Asset.ContentHash != _failures[record.Item.Id].ContentHash).Select(static record => record.Item.Id).ToHashSet();
        foreach (var id in again) _failures.TryRemove(id, out _);
        return [.. missing.Where(id => !_failures.ContainsKey(id))];
    }

    private async Task EmbedAsync(List<long> missing, IProgress<ReembedProgress>? progress, CancellationToken cancellation)
    {
        // A failing stage cancels the others; its own exception is what the caller sees.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var items = Channel.CreateBounded<ItemRecord>(new BoundedChannelOptions(1024) { SingleWriter = true });
        var decoded = Channel.CreateBounded<DecodedItem>(_options.BatchSize * 4);
        var vectors = Channel.CreateBounded<IReadOnlyList<GenerationVector>>(new BoundedChannelOptions(16) { SingleReader = true });

        var list = PipelineStage.RunAsync(1, () => ListAsync(missing, items.Writer, stop.Token), items.Writer.TryComplete, stop);
        var decode = PipelineStage.RunAsync(PipelineStage.Workers(_options.DecodeWorkers), () => DecodeAsync(items.Reader, decoded.Writer, progress, stop.Token), decoded.Writer.TryComplete, stop);
        var embed = PipelineStage.RunAsync(PipelineStage.Workers(_options.EmbedWorkers), () => EmbedAsync(decoded.Reader, vectors.Writer, stop.Token), vectors.Writer.TryComplete, stop);
        var write = PipelineStage.RunAsync(1, () => WriteAsync(vectors.Reader, progress), static _ => true, stop);
        try
        {
            await Task.WhenAll(list, decode, embed, write).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await PipelineStage.SettleAsync(list, decode, embed, write).ConfigureAwait(false);
            _cancelled = true;
        }

        build.SetGaps([.. _failures.Select(static failed => (failed.Key, failed.Value.ContentHash, failed.Value.Failure.Reason))]);
    }

    private async Task ListAsync(List<long> missing, ChannelWriter<ItemRecord> items, CancellationToken cancellation)
    {
        foreach (var ids in missing.Chunk(256))
        {
            foreach (var record in build.Load(ids)) await items.WriteAsync(record, cancellation).ConfigureAwait(false);
        }
    }

    private async Task DecodeAsync(ChannelReader<ItemRecord> items, ChannelWriter<DecodedItem> decoded, IProgress<ReembedProgress>? progress, CancellationToken cancellation)
    {
        await foreach (var record in items.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            DecodedItem result;
            try
            {
                result = Decode(record);
            }
            catch (Exception error) when (error is PictureException or VideoException)
            {
                var subject = error is VideoException ? IndexFailureSubject.Video : IndexFailureSubject.Picture;
                _failures[record.Item.Id] = (record.Asset.ContentHash, new IndexFailure(record.Asset.Path, error.Message, subject));
                Report(progress);
                continue;
            }

            await decoded.WriteAsync(result, cancellation).ConfigureAwait(false);
        }
    }

    private DecodedItem Decode(ItemRecord record) => record.Item.Kind == ItemKind.Shot ? DecodeShot(record) : DecodePicture(record);

    private DecodedItem DecodeShot(ItemRecord record)
    {
        var seconds = build.KeyframeSeconds(record.Item.Id);
        if (seconds.Count == 0) throw new VideoException(VideoFault.Truncated, $"no keyframe of the shot at second {record.Item.Start:0.0} is known; run vsearch index --force on its video");
        RgbPicture[] inputs = [.. seconds.Select(second => PictureReader.Fit(MomentReader.ReadFrame(record.Asset.Path, second, _options.Videos.Frames.ForInput(encoder.Manifest.Fit.Size), _options.Videos.Limits, _options.Videos.Tools), encoder.Manifest.Fit))];
        return new DecodedItem(record.Item.Id, record.Asset.ContentHash, inputs, seconds);
    }

    private DecodedItem DecodePicture(ItemRecord record)
    {
        var asset = record.Asset;
        return PictureFile.Read(asset.Path, limits, bytes =>
        {
            var input = reader.Read(PictureSource.FromMemory(bytes, asset.Path), encoder.Manifest.Fit);
            // The file is what is shown and what the user has. That the catalog describes an older one is for the next index run to mend.
            if (Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) != asset.ContentHash) _changedFiles[asset.Path] = true;
            return new DecodedItem(record.Item.Id, asset.ContentHash, [input], []);
        });
    }

    private async Task EmbedAsync(ChannelReader<DecodedItem> decoded, ChannelWriter<IReadOnlyList<GenerationVector>> vectors, CancellationToken cancellation)
    {
        var batch = new List<DecodedItem>(_options.BatchSize);
        while (await decoded.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            // As in the indexing pipeline: half-filled batches cost the encoder a third of its speed.
            while (batch.Count < _options.BatchSize && (decoded.TryRead(out var item) || await decoded.WaitToReadAsync(cancellation).ConfigureAwait(false)))
            {
                if (item is not null) batch.Add(item);
            }

            if (batch.Count == 0) continue;
            await vectors.WriteAsync(Embed(batch), cancellation).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private GenerationVector[] Embed(List<DecodedItem> batch)
    {
        RgbPicture[] inputs = [.. batch.SelectMany(static item => item.Inputs)];
        var vectors = new float[inputs.Length * encoder.Dimension];
        encoder.EncodePictures(inputs, vectors);
        var next = 0;
        return [.. batch.Select(item => item.Seconds.Count == 0
            ? new GenerationVector(item.ItemId, item.ContentHash, Take())
            : new GenerationVector(item.ItemId, item.ContentHash, [.. item.Seconds.Select(second => new KeyframeWrite(second, Take()))]))];

        ReadOnlyMemory<float> Take() => vectors.AsMemory(next++ * encoder.Dimension, encoder.Dimension);
    }

    // Texts are quick: a thousand passages a second. What was written is not asked for again.
    private void EmbedPassages(CancellationToken cancellation)
    {
        foreach (var ids in build.MissingPassages().Chunk(PassagesAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            ItemRecord[] records = [.. build.Load(ids)];
            var vectors = PassageVectors.Encode(encoder, [.. records.Select(static record => PassageVectors.TextOf(record))]);
            build.WritePassages([.. records.Select((record, i) => (record.Item.Id, (ReadOnlyMemory<float>)vectors[i]))]);
        }
    }

    private async Task WriteAsync(ChannelReader<IReadOnlyList<GenerationVector>> vectors, IProgress<ReembedProgress>? progress)
    {
        // Not cancelled: what has been embedded when Ctrl-C comes is still written.
        var commit = new List<GenerationVector>(_options.CommitSize);
        var sinceCommit = Stopwatch.StartNew();
        await foreach (var batch in vectors.ReadAllAsync().ConfigureAwait(false))
        {
            commit.AddRange(batch);
            if (commit.Count < _options.CommitSize && sinceCommit.Elapsed < CommitInterval) continue;
            Commit(commit, progress);
            sinceCommit.Restart();
        }

        Commit(commit, progress);
    }

    private void Commit(List<GenerationVector> commit, IProgress<ReembedProgress>? progress)
    {
        if (commit.Count == 0) return;
        Interlocked.Add(ref _embedded, build.Write(commit));
        commit.Clear();
        Report(progress);
    }

    private void Report(IProgress<ReembedProgress>? progress, string step = "")
    {
        var embedded = Interlocked.Read(ref _embedded);
        progress?.Report(new ReembedProgress(step, _total, _before + embedded, embedded + _failures.Count, _failures.Count, _clock.Elapsed));
    }

    /// <summary>An item ready for the encoder.</summary>
    /// <param name="ItemId">A picture or a shot.</param>
    /// <param name="ContentHash">Of its file, as the catalog has it.</param>
    /// <param name="Inputs">The picture, or a shot's keyframes.</param>
    /// <param name="Seconds">When those are shown; empty for a picture.</param>
    private sealed record DecodedItem(long ItemId, string ContentHash, IReadOnlyList<RgbPicture> Inputs, IReadOnlyList<double> Seconds);

    // Progress<T> would post each report to the thread pool, out of order.
    private sealed class Steps(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }
}
