using VisualSearch.Encoders.Media;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Api.Collections;

/// <summary>
/// Small WebP copies, made when first asked for and kept as files under the collection's folder. A picture is decoded by
/// as many requests at once as there are cores; the rest wait, since more would only share the same cores.
/// </summary>
internal sealed class ThumbnailCache(PictureReader reader) : IDisposable
{
    private static readonly int[] Sizes = [160, 320, 640, 1280, 2048];

    private readonly SemaphoreSlim _decoders = new(Environment.ProcessorCount);

    public void Dispose() => _decoders.Dispose();

    /// <summary>The path of a thumbnail whose longer side has the given number of pixels, or the next larger step.</summary>
    /// <exception cref="PictureException">The picture can't be read any more.</exception>
    public async Task<string> GetAsync(OpenCollection collection, Asset asset, int size, CancellationToken cancellation)
    {
        var step = Array.Find(Sizes, step => step >= size);
        if (step == 0) step = Sizes[^1];
        var file = Path.Combine(collection.Folder, "thumbnails", (asset.Id % 256).ToString("x2"), $"{asset.Id}-{asset.ContentHash[..12]}-{step}.webp");
        if (File.Exists(file)) return file;

        await _decoders.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (File.Exists(file)) return file;
            var picture = reader.Thumbnail(PictureSource.FromFile(asset.Path), step);
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
