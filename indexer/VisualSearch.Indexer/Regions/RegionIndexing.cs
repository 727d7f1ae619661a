using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Indexer.Regions;

/// <summary>Where the embedding of parts stands.</summary>
/// <param name="Total">Pictures to do in this run.</param>
/// <param name="Done">Pictures done, or failed.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record RegionProgress(long Total, long Done, TimeSpan Elapsed)
{
    /// <summary>Pictures a second.</summary>
    public double Rate => Elapsed.TotalSeconds > 0 ? Done / Elapsed.TotalSeconds : 0;
}

/// <summary>What embedding the parts of pictures did.</summary>
/// <param name="Pictures">Pictures that can be found by their parts now.</param>
/// <param name="Embedded">Pictures embedded in this run.</param>
/// <param name="Forgotten">Pictures that are no longer in the collection.</param>
/// <param name="Failures">Pictures that could not be embedded, each with its reason.</param>
/// <param name="Elapsed">Wall time.</param>
/// <param name="Cancelled">True when the run was ended early; the next one goes on.</param>
public sealed record RegionSummary(
    long Pictures, long Embedded, int Forgotten, IReadOnlyList<IndexFailure> Failures, TimeSpan Elapsed, bool Cancelled);

/// <summary>
/// Embeds the parts of a collection's pictures, so that it can be searched by them:
/// <code>
/// list (1) ──pictures──► decode and embed (a worker a core) ──patches──► write (1); then one index of all
/// </code>
/// What has been written is not embedded again: a run that was killed goes on by asking what is missing.
/// </summary>
/// <param name="build">Takes the patches.</param>
/// <param name="encoder">The encoder of the collection's model.</param>
/// <param name="reader">Decodes pictures.</param>
/// <param name="limits">What is refused before reading.</param>
/// <param name="options">Workers and batch sizes.</param>
public sealed class RegionIndexing(IRegionBuild build, DualEncoder encoder, PictureReader reader, PictureLimits limits, IndexOptions options)
{
    // A grid is 64 KB at 8 × 8 patches of 256 numbers, so a batch 2 MB.
    private const int Batch = 32;

    private readonly IndexOptions _options = options.Validated();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<IndexFailure> _failures = [];
    private readonly Lock _failing = new();
    private long _total;
    private long _done;
    private long _embedded;

    /// <summary>Embeds what is missing and brings the index up to date.</summary>
    /// <param name="progress">Told after each picture; may be called from any worker.</param>
    /// <param name="cancellation">Ends the run early: what is written stays, and the next run goes on.</param>
    public async Task<RegionSummary> RunAsync(IProgress<RegionProgress>? progress, CancellationToken cancellation)
    {
        var missing = build.Missing();
        _total = missing.Count;
        var cancelled = false;

        // A failing stage cancels the others; its own exception is what the caller sees.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pictures = Channel.CreateBounded<RegionPicture>(new BoundedChannelOptions(1024) { SingleWriter = true });
        var grids = Channel.CreateBounded<(RegionPicture, PatchGrid)>(new BoundedChannelOptions(4 * Batch) { SingleReader = true });
        var list = PipelineStage.RunAsync(1, () => ListAsync(missing, pictures.Writer, stop.Token), pictures.Writer.TryComplete, stop);
        var embed = PipelineStage.RunAsync(
            PipelineStage.Workers(_options.EmbedWorkers), () => EmbedAsync(pictures.Reader, grids.Writer, progress, stop.Token), grids.Writer.TryComplete, stop);
        var write = PipelineStage.RunAsync(1, () => WriteAsync(grids.Reader), static _ => true, stop);
        try
        {
            await Task.WhenAll(list, embed, write).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await PipelineStage.SettleAsync(list, embed, write).ConfigureAwait(false);
            cancelled = true;
        }

        var forgotten = cancelled ? 0 : build.Finish();
        var failures = _failures.OrderBy(static failure => failure.Path, StringComparer.Ordinal).ToArray();
        return new RegionSummary(build.Count, _embedded, forgotten, failures, _clock.Elapsed, cancelled);
    }

    private static async Task ListAsync(IReadOnlyList<RegionPicture> missing, ChannelWriter<RegionPicture> pictures, CancellationToken cancellation)
    {
        foreach (var picture in missing) await pictures.WriteAsync(picture, cancellation).ConfigureAwait(false);
    }

    private async Task EmbedAsync(ChannelReader<RegionPicture> pictures, ChannelWriter<(RegionPicture, PatchGrid)> grids, IProgress<RegionProgress>? progress, CancellationToken cancellation)
    {
        await foreach (var picture in pictures.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                var input = PictureFile.Read(picture.Path, limits, bytes => Decode(picture, bytes));
                await grids.WriteAsync((picture, encoder.EncodePatches([input])[0]), cancellation).ConfigureAwait(false);
            }
            catch (PictureException error)
            {
                lock (_failing) _failures.Add(new IndexFailure(picture.Path, error.Message, IndexFailureSubject.Picture));
            }

            progress?.Report(new RegionProgress(_total, Interlocked.Increment(ref _done), _clock.Elapsed));
        }
    }

    private RgbPicture Decode(RegionPicture picture, ReadOnlyMemory<byte> bytes)
    {
        // Patches of other bytes than the catalog's would be passed over by every search.
        if (Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) != picture.ContentHash)
        {
            throw new PictureException(PictureFault.Corrupt, "the file has changed since it was indexed; index it again first: vsearch index");
        }

        return reader.Read(PictureSource.FromMemory(bytes, picture.Path), encoder.Manifest.RegionFit);
    }

    private async Task WriteAsync(ChannelReader<(RegionPicture Picture, PatchGrid Grid)> grids)
    {
        // Not cancelled: what has been embedded when Ctrl-C comes is still written.
        var batch = new List<(RegionPicture, PatchGrid)>(Batch);
        await foreach (var grid in grids.ReadAllAsync().ConfigureAwait(false))
        {
            batch.Add(grid);
            if (batch.Count < Batch) continue;
            Write(batch);
        }

        Write(batch);
    }

    private void Write(List<(RegionPicture, PatchGrid)> batch)
    {
        if (batch.Count == 0) return;
        build.Write(batch);
        _embedded += batch.Count;
        batch.Clear();
    }
}
