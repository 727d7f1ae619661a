using System.Security.Cryptography;
using System.Threading.Channels;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Indexer.Embed;
using VisualSearch.Indexer.Metadata;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer;

/// <summary>
/// Indexes one picture or video that is sent, through the same stages as a folder. The file is kept in the collection's own
/// <c>uploads</c> folder under the digest of its bytes, so the same file sent twice is stored once.
/// </summary>
/// <param name="uploads">The folder that uploads are kept in; made when first needed.</param>
/// <param name="encoder">The collection's encoder.</param>
/// <param name="reader">Decodes pictures.</param>
/// <param name="limits">What is refused of pictures.</param>
/// <param name="videos">How videos are read, and what is refused of them.</param>
public sealed class UploadIndexer(string uploads, DualEncoder encoder, PictureReader reader, PictureLimits limits, VideoReadOptions videos)
{
    private const int BatchSize = 32;

    private readonly string _uploads = Path.GetFullPath(uploads);

    /// <summary>Stores and indexes a file; its content says whether it is a picture or a video.</summary>
    /// <param name="store">The collection, opened for writing.</param>
    /// <param name="file">Its bytes, of known length.</param>
    /// <param name="details">What is said of it.</param>
    /// <param name="cancellation">Ends the decoding of a video; nothing is stored then.</param>
    /// <returns>The stored asset, and whether it is new.</returns>
    /// <exception cref="PictureException">The bytes are no usable picture; nothing was stored.</exception>
    /// <exception cref="VideoException">The bytes are no usable video; nothing was stored.</exception>
    /// <exception cref="FfmpegMissingException">It is a video, and ffmpeg isn't installed.</exception>
    public async Task<(Asset Asset, bool Created)> IndexAsync(IStore store, Stream file, UploadDetails details, CancellationToken cancellation)
    {
        if (VideoProbe.IsVideo(file)) return await IndexVideoAsync(store, file, details, cancellation).ConfigureAwait(false);
        if (file.Length == 0) throw new PictureException(PictureFault.Empty, "the uploaded file is empty (0 bytes)");
        if (file.Length > limits.MaxBytes)
        {
            throw new PictureException(PictureFault.TooManyBytes, $"the uploaded file has {file.Length:N0} bytes, more than the {limits.MaxBytes:N0} allowed");
        }

        var picture = new byte[file.Length];
        await file.ReadExactlyAsync(picture, cancellation).ConfigureAwait(false);
        return IndexPicture(store, picture, details);
    }

    private (Asset Asset, bool Created) IndexPicture(IStore store, byte[] picture, UploadDetails details)
    {
        var info = reader.ReadInfo(PictureSource.FromMemory(picture, details.FileName));
        var path = Path.Combine(_uploads, $"{Convert.ToHexStringLower(SHA256.HashData(picture))}.{info.Format}");

        // File first: a crash in between leaves a file that nobody refers to, never an entry without its file.
        if (!File.Exists(path))
        {
            var aside = Aside();
            using (var stream = new FileStream(aside, FileMode.CreateNew))
            {
                stream.Write(picture);
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }

        var (pending, before) = Pending(store, path, details);
        var decoded = new DecodeStage(store, reader, encoder.Manifest.Fit, limits).Decode(pending, picture);
        store.Write(new EmbedStage(encoder).Embed([decoded]));
        return (store.FindAssetByPath(path)!, before is null);
    }

    private async Task<(Asset Asset, bool Created)> IndexVideoAsync(IStore store, Stream video, UploadDetails details, CancellationToken cancellation)
    {
        if (video.Length > videos.Limits.MaxBytes)
        {
            throw new VideoException(VideoFault.TooManyBytes, $"the uploaded file has {video.Length:N0} bytes, more than the {videos.Limits.MaxBytes:N0} allowed");
        }

        var aside = Aside();
        try
        {
            using (var stream = new FileStream(aside, FileMode.CreateNew))
            {
                await video.CopyToAsync(stream, cancellation).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            string digest;
            using (var written = File.OpenRead(aside)) digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellation).ConfigureAwait(false));
            var path = Path.Combine(_uploads, $"{digest}.{VideoProbe.Probe(aside, videos.Limits, videos.Tools, cancellation).Container}");

            // Decoded before it has its name: a video can be damaged far behind its headers.
            var (pending, before) = Pending(store, path, details, aside);
            var row = await DecodeAsync(store, pending, cancellation).ConfigureAwait(false);
            File.Move(aside, path, overwrite: true);
            var asset = row.Asset with { Path = path, RelativePath = Path.GetFileName(path), ModifiedTicks = File.GetLastWriteTimeUtc(path).Ticks };
            store.Write([row with { Asset = asset }]);
            return (store.FindAssetByPath(path)!, before is null);
        }
        catch (VideoException refused)
        {
            // The sender knows the file by its own name.
            throw new VideoException(refused.Fault, refused.Message.Replace(aside, details.FileName, StringComparison.Ordinal).Replace(Path.GetFileName(aside), details.FileName, StringComparison.Ordinal), refused);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private async Task<AssetWrite> DecodeAsync(IStore store, PendingFile pending, CancellationToken cancellation)
    {
        var stage = new VideoDecodeStage(store, new Lazy<DualEncoder>(encoder), encoder.Manifest.Fit, new VideoTextReader(transcriber: null), videos);
        var frames = Channel.CreateBounded<IDecoded>(BatchSize * 2);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var decoding = Task.Run(() => CompleteAsync(stage.DecodeAsync(pending, frames.Writer, static _ => { }, stop.Token), frames.Writer), CancellationToken.None);
        var rows = new List<AssetWrite>();
        try
        {
            var batch = new List<IDecoded>(BatchSize);
            await foreach (var frame in frames.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                batch.Add(frame);
                if (batch.Count < BatchSize) continue;
                rows.AddRange(new EmbedStage(encoder).Embed(batch));
                batch.Clear();
            }

            rows.AddRange(new EmbedStage(encoder).Embed(batch));
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await decoding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return rows.Single();
    }

    // A failure of the decoder reaches the reader of the channel.
    private static async Task CompleteAsync(Task decoding, ChannelWriter<IDecoded> frames)
    {
        try
        {
            await decoding.ConfigureAwait(false);
            frames.Complete();
        }
        catch (Exception failure)
        {
            frames.Complete(failure);
        }
    }

    private static (PendingFile Pending, Asset? Before) Pending(IRecords store, string path, UploadDetails details, string? readFrom = null)
    {
        var now = new FileInfo(readFrom ?? path);
        var before = store.FindAssetByPath(path);
        var known = before is null ? null : new AssetFileState(before.Id, path, before.SizeBytes, before.ModifiedTicks, before.ContentHash, before.MetadataDigest);
        var file = new ScannedFile(now.FullName, now.DirectoryName!, now.Length, now.LastWriteTimeUtc.Ticks);
        return (new PendingFile(file, details.ToMetadata(), known), before);
    }

    private string Aside() => Path.Combine(Directory.CreateDirectory(_uploads).FullName, $"{Guid.NewGuid():n}.part");
}
