using System.Diagnostics;
using System.Threading.Channels;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Indexer.Embed;
using VisualSearch.Indexer.Metadata;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer;

/// <summary>
/// The offline pipeline: Scan → Decode → Embed → Write, each stage with its own workers, joined by bounded channels.
/// <code>
/// scan (1) ──files──► decode (a worker a core) ──pixels──► embed (a worker a core) ──rows──► write (1)
///                     pictures: libvips; videos: ffmpeg, shot by shot
/// </code>
/// A full channel stops the stage before it, so memory stays bounded whatever is slowest. Decoders and encoder batches are
/// single-threaded and compete for the same cores, which balances the two stages without any tuning: whichever is behind
/// has the fuller channel and so always something to do.
/// </summary>
/// <param name="store">Opened for writing.</param>
/// <param name="encoder">Opened when the first file needs it: a run over unchanged files never loads the model.</param>
/// <param name="fit">The encoder's input size and resize rule, from its manifest.</param>
/// <param name="reader">Decodes pictures.</param>
/// <param name="limits">What is refused before reading.</param>
/// <param name="options">Workers and batch sizes, and how videos are read.</param>
public sealed class IndexingPipeline(IStore store, Lazy<DualEncoder> encoder, PictureFit fit, PictureReader reader, PictureLimits limits, IndexOptions options)
{
    private readonly IndexOptions _options = options.Validated();

    /// <summary>Indexes everything under the paths.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="progress">Told after each batch; may be called from any worker.</param>
    /// <param name="cancellation">Ends the run early: what is decoded is not waited for, what is written stays.</param>
    /// <exception cref="IndexException">A path does not exist; nothing was changed.</exception>
    public async Task<IndexSummary> RunAsync(IReadOnlyList<string> paths, IProgress<IndexProgress>? progress, CancellationToken cancellation)
    {
        var roots = FolderScanner.Resolve(paths).Select(static root => root.FullName).ToArray();
        var run = new IndexRun(progress);
        var changes = new ChangeDetector(store.FileStates(), _options.Force);

        // A failing stage cancels the others; its own exception is what the caller sees.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pending = Channel.CreateBounded<PendingFile>(new BoundedChannelOptions(1024) { SingleWriter = true });
        var decoded = Channel.CreateBounded<IDecoded>(_options.BatchSize * 4);
        var rows = Channel.CreateBounded<IReadOnlyList<AssetWrite>>(new BoundedChannelOptions(16) { SingleReader = true });

        var scan = PipelineStage.RunAsync(1, () => ScanAsync(roots, changes, pending.Writer, run, stop.Token), pending.Writer.TryComplete, stop);
        var decode = PipelineStage.RunAsync(PipelineStage.Workers(_options.DecodeWorkers), () => DecodeAsync(pending.Reader, decoded.Writer, run, stop.Token), decoded.Writer.TryComplete, stop);
        var embed = PipelineStage.RunAsync(PipelineStage.Workers(_options.EmbedWorkers), () => EmbedAsync(decoded.Reader, rows.Writer, stop.Token), rows.Writer.TryComplete, stop);
        var write = PipelineStage.RunAsync(1, () => WriteAsync(rows.Reader, run), static _ => true, stop);

        try
        {
            await Task.WhenAll(scan, decode, embed, write).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await PipelineStage.SettleAsync(scan, decode, embed, write).ConfigureAwait(false);
        }

        Remove(run, cancellation.IsCancellationRequested ? [] : changes.Missing(roots, run.UnreadableFolders));
        store.Flush();
        return run.Summarize(cancellation.IsCancellationRequested);
    }

    private static async Task ScanAsync(string[] roots, ChangeDetector changes, ChannelWriter<PendingFile> pending, IndexRun run, CancellationToken cancellation)
    {
        var scanner = new FolderScanner(run.Fail);
        var sidecars = new SidecarReader(run.Fail);
        var subtitles = new SubtitleFiles();
        foreach (var file in scanner.Scan(roots))
        {
            cancellation.ThrowIfCancellationRequested();
            var metadata = sidecars.Read(file.Path);
            if (VideoProbe.HasVideoExtension(file.Path)) metadata = metadata with { Digest = subtitles.Digest(metadata.Digest, file.Path) };
            var change = changes.Check(file, metadata);
            run.Found(change is not null);
            if (change is not null) await pending.WriteAsync(change, cancellation).ConfigureAwait(false);
        }

        run.FinishScan(scanner.UnreadableFolders);
    }

    private async Task DecodeAsync(ChannelReader<PendingFile> pending, ChannelWriter<IDecoded> decoded, IndexRun run, CancellationToken cancellation)
    {
        var pictures = new DecodeStage(store, reader, fit, limits);
        var videos = new VideoDecodeStage(store, encoder, fit, new VideoTextReader(_options.Transcriber, _options.Passages), _options.Videos);
        await foreach (var file in pending.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                if (VideoProbe.IsVideo(file.File.Path))
                {
                    await videos.DecodeAsync(file, decoded, remark => run.Remark(file, remark), cancellation).ConfigureAwait(false);
                }
                else
                {
                    await decoded.WriteAsync(pictures.Decode(file), cancellation).ConfigureAwait(false);
                }
            }
            catch (PictureException error)
            {
                // A file that can't be opened just now may be whole; one that was read and is no picture is not.
                run.Fail(file, IndexFailureSubject.Picture, error.Message, isTransient: error.Fault is PictureFault.AccessDenied or PictureFault.TimedOut);
            }
            catch (FfmpegMissingException error)
            {
                // The pictures of the folder need none.
                run.Fail(file, IndexFailureSubject.Video, error.Message, isTransient: true);
            }
            catch (VideoException error)
            {
                run.Fail(file, IndexFailureSubject.Video, error.Message, isTransient: error.Fault is VideoFault.AccessDenied or VideoFault.Hung or VideoFault.TimedOut or VideoFault.Crashed);
            }
        }
    }

    private async Task EmbedAsync(ChannelReader<IDecoded> decoded, ChannelWriter<IReadOnlyList<AssetWrite>> rows, CancellationToken cancellation)
    {
        var batch = new List<IDecoded>(_options.BatchSize);
        while (await decoded.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            // Waits for a full batch unless the decoders are through: half-filled batches cost the encoder a third of its speed.
            while (batch.Count < _options.BatchSize && (decoded.TryRead(out var file) || await decoded.WaitToReadAsync(cancellation).ConfigureAwait(false)))
            {
                if (file is not null) batch.Add(file);
            }

            if (batch.Count == 0) continue;
            var complete = new EmbedStage(encoder.Value).Embed(batch);
            if (complete.Count > 0) await rows.WriteAsync(complete, cancellation).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task WriteAsync(ChannelReader<IReadOnlyList<AssetWrite>> rows, IndexRun run)
    {
        // Not cancelled: what has been embedded when Ctrl-C comes is still written.
        var commit = new List<AssetWrite>(_options.CommitSize);
        var sinceCommit = Stopwatch.StartNew();
        await foreach (var batch in rows.ReadAllAsync().ConfigureAwait(false))
        {
            commit.AddRange(batch);
            if (commit.Count < _options.CommitSize && sinceCommit.Elapsed < TimeSpan.FromSeconds(2)) continue;
            Commit(commit, run);
            sinceCommit.Restart();
        }

        Commit(commit, run);
    }

    private void Commit(List<AssetWrite> commit, IndexRun run)
    {
        if (commit.Count == 0) return;
        store.Write(commit);
        run.Written(commit);
        commit.Clear();
    }

    private void Remove(IndexRun run, IReadOnlyList<long> missing)
    {
        // A file that changed into something unreadable leaves the index too: what the index says of it is no longer true.
        var gone = missing.Concat(run.Ruined).ToArray();
        if (gone.Length > 0) store.Remove(gone);
        run.Removed(missing.Count);
    }
}
