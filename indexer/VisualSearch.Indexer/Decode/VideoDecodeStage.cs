using System.Threading.Channels;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Embed;
using VisualSearch.Indexer.Metadata;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Decode;

/// <summary>
/// Reads a video once, shot by shot, and hands its keyframes on as they come: they share the encoder's batches with pictures and with other
/// videos, and ffmpeg decodes on meanwhile.
/// <code>
/// same bytes as before: shots, vectors and storyboard from the catalog ─┐
/// else: ffmpeg ─► shots ─► keyframes ─► encoder ────────────────────────┴─► + texts (subtitles, chapters, sidecar) ─► one row
/// </code>
/// </summary>
/// <param name="store">Where unchanged bytes find their shots.</param>
/// <param name="encoder">Embeds passages; its model's input size is what keyframes are brought to.</param>
/// <param name="fit">The encoder's input size and resize rule.</param>
/// <param name="texts">Finds what is said.</param>
/// <param name="options">How videos are read.</param>
public sealed class VideoDecodeStage(IRecords store, Lazy<DualEncoder> encoder, PictureFit fit, VideoTextReader texts, VideoReadOptions options)
{
    private readonly VideoReadOptions options = options with { Frames = options.Frames.ForInput(fit.Size) };

    /// <summary>Reads one video and writes all that has to be embedded of it, its end last.</summary>
    /// <param name="pending">The file.</param>
    /// <param name="decoded">Where to write.</param>
    /// <param name="onRemark">Told what could not be read of it.</param>
    /// <param name="cancellation">Ends ffmpeg.</param>
    /// <exception cref="VideoException">The file can't be used; the message says why. Nothing of it becomes a row.</exception>
    public async Task DecodeAsync(PendingFile pending, ChannelWriter<IDecoded> decoded, Action<string> onRemark, CancellationToken cancellation)
    {
        var path = pending.File.Path;
        var hash = VideoDigest.Compute(path, pending.File.SizeBytes);
        var video = new VideoAssembly();
        var seen = Known(pending, hash, cancellation) ?? await ReadAsync(pending, hash, video, decoded, onRemark, cancellation).ConfigureAwait(false);
        var said = await texts.ReadAsync(path, seen.Info, cancellation).ConfigureAwait(false);
        foreach (var remark in said.Remarks) onRemark(remark);
        await decoded.WriteAsync(video.End(shots => Row(seen, seen.Shots ?? shots, said)), cancellation).ConfigureAwait(false);
    }

    private async Task<SeenVideo> ReadAsync(
        PendingFile pending, string hash, VideoAssembly video, ChannelWriter<IDecoded> decoded, Action<string> onRemark, CancellationToken cancellation)
    {
        using var shots = VideoShots.Open(pending.File.Path, options, cancellation);
        foreach (var shot in shots.Shots())
        {
            foreach (var keyframe in video.Add(shot.Start, shot.End, [.. shot.Keyframes.Select(frame => (frame.Seconds, PictureReader.Fit(frame.Picture, fit)))]))
            {
                await decoded.WriteAsync(keyframe, cancellation).ConfigureAwait(false);
            }
        }

        var summary = shots.Finish();
        foreach (var warning in summary.Warnings) onRemark(warning);
        var board = summary.Storyboard;
        var tiles = new StoryboardTiles(board.Tiles, board.Columns, board.TileWidth, board.TileHeight, board.SecondsPerTile);
        var asset = Describe(pending, hash, VideoFields.From(shots.Info, summary.DurationSeconds), shots.Info) with
        {
            PerceptualHash = summary.PosterHash,
            AverageColor = summary.PosterColor,
        };
        return new SeenVideo(shots.Info, asset, summary.DurationSeconds, new VideoDetails(board.Webp, tiles, []), null);
    }

    private SeenVideo? Known(PendingFile pending, string hash, CancellationToken cancellation)
    {
        if (pending.Known is not { } known || known.ContentHash != hash || store.FindAsset(known.Id) is not { } before || store.FindVideo(known.Id) is not { } details) return null;
        var shots = store.ShotsOf(known.Id);
        if (shots.Count == 0) return null;
        var info = VideoProbe.Probe(pending.File.Path, options.Limits, options.Tools, cancellation);
        var length = shots[^1].End;
        var asset = Describe(pending, hash, VideoFields.From(info, length), info) with { PerceptualHash = before.PerceptualHash, AverageColor = before.AverageColor };
        return new SeenVideo(info, asset, length, details, shots);
    }

    private AssetWrite Row(SeenVideo seen, IReadOnlyList<ShotWrite> shots, VideoTexts said)
    {
        var (asset, length) = (seen.Asset, seen.Seconds);
        var vectors = PassageVectors.Encode(encoder.Value, [PassageVectors.About(asset), .. said.Passages.Select(static passage => passage.Text)]);
        // Subtitles may go on after the picture has ended.
        var passages = said.Passages.Select((passage, i) => (Start: Math.Min(passage.Start, length), passage.End, passage.Text, Vector: vectors[i + 1]));
        ItemWrite[] items = [
            .. shots, new AboutWrite(length, vectors[0]),
            .. passages.Select(static passage => new PassageWrite(passage.Start, Math.Max(passage.Start, passage.End), passage.Text, passage.Vector)),
        ];
        return new AssetWrite(asset, items) { Video = seen.Details with { Transcript = said.Transcript } };
    }

    private static Asset Describe(PendingFile pending, string hash, Dictionary<string, FieldValue> fields, VideoInfo info)
    {
        var (file, metadata, _) = pending;
        foreach (var (name, value) in metadata.Fields) fields[name] = value;
        return new Asset
        {
            Id = pending.Known?.Id ?? 0,
            Path = file.Path,
            Root = file.Root,
            RelativePath = file.RelativePath,
            SizeBytes = file.SizeBytes,
            ModifiedTicks = file.ModifiedTicks,
            ContentHash = hash,
            MetadataDigest = metadata.Digest,
            Title = metadata.Title ?? info.Title ?? PictureMetadata.TitleFromFileName(file.Path),
            Tags = metadata.Tags.Count > 0 || info.Keywords is null ? metadata.Tags : info.Keywords.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Text = metadata.Text ?? info.Description ?? info.Comment,
            Format = info.Container,
            Width = info.Width,
            Height = info.Height,
            Fields = fields,
            IndexedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>A video but for what is said in it; its shots where they are known already, null while the encoder has them.</summary>
    private sealed record SeenVideo(VideoInfo Info, Asset Asset, double Seconds, VideoDetails Details, IReadOnlyList<ShotWrite>? Shots);
}
