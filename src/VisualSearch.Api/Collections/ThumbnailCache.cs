using System.Globalization;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Api.Collections;

/// <summary>
/// Small WebP copies, made when first asked for and kept as files under the collection's folder. A picture is decoded by
/// as many requests at once as there are cores; the rest wait, since more would only share the same cores.
/// </summary>
internal sealed class ThumbnailCache(PictureReader reader, SearchMonitor monitor) : IDisposable
{
    private static readonly int[] Sizes = [160, 320, 640, 1280, 2048];

    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    public void Dispose() => _decoders.Dispose();

    // A position on a timeline is a tenth of a second wide; more would only fill the disk.
    private const double TimeStep = 0.1;

    /// <summary>The path of a thumbnail whose longer side has the given number of pixels, or the next larger step.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="asset">The picture or video.</param>
    /// <param name="size">The least number of pixels of the longer side.</param>
    /// <param name="seconds">Of a video, the moment to show; null for a picture.</param>
    /// <param name="cancellation">Ends waiting, and ffmpeg.</param>
    /// <exception cref="PictureException">The picture can't be read any more.</exception>
    /// <exception cref="VideoException">The video can't be read any more.</exception>
    public async Task<string> GetAsync(OpenCollection collection, Asset asset, int size, double? seconds, CancellationToken cancellation)
    {
        var step = Array.Find(Sizes, step => step >= size);
        if (step == 0) step = Sizes[^1];
        var moment = seconds is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-{Math.Round(seconds.Value / TimeStep):0}");
        var file = Path.Combine(collection.Folder, "thumbnails", (asset.Id % 256).ToString("x2"), $"{asset.Id}-{asset.ContentHash[..12]}{moment}-{step}.webp");
        var made = File.Exists(file);
        monitor.Instruments.CacheLookup("thumbnail", made);
        if (made) return file;

        await _decoders.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (File.Exists(file)) return file;
            var picture = seconds is { } time
                ? MomentReader.ReadWebp(asset.Path, Math.Round(time / TimeStep) * TimeStep, step, cancellation: cancellation)
                : reader.Thumbnail(PictureSource.FromFile(asset.Path), step);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // Written aside and renamed, so that nobody is ever sent half a picture.
            var aside = $"{file}.{Guid.NewGuid():n}";
            await File.WriteAllBytesAsync(aside, picture, cancellation).ConfigureAwait(false);
            File.Move(aside, file, overwrite: true);
            return file;
        }
        finally
        {
            _decoders.Release();
        }
    }
}
