using System.Text;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Renders SVG text that the project itself wrote, such as its generated sample scenes.</summary>
/// <remarks>
/// Never for users' files: libvips marks its SVG loader as untrusted, and reading users' pictures refuses it.
/// </remarks>
public static class SvgRenderer
{
    /// <summary>Renders to a file whose extension decides the format: <c>.jpg</c>, <c>.jpeg</c>, <c>.png</c> or <c>.webp</c>.</summary>
    /// <param name="svg">A complete SVG document with a <c>width</c>, <c>height</c> or <c>viewBox</c>.</param>
    /// <param name="path">File to write; its folder must exist, an existing file is replaced.</param>
    /// <param name="width">Width of the result in pixels, 1 to 16384; the height follows from the document.</param>
    /// <param name="quality">1 to 100 for JPEG and WebP; PNG is lossless and ignores it.</param>
    /// <exception cref="ArgumentException">The extension is none of the four, or a number is out of range.</exception>
    /// <exception cref="PictureException">The document can't be rendered (<see cref="PictureFault.Corrupt"/>).</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static void RenderToFile(string svg, string path, int width, int quality = 85)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        byte[] encoded = Rendered(svg, width, image => Encode(image, Path.GetExtension(path), quality));
        File.WriteAllBytes(path, encoded);
    }

    /// <summary>Renders to pixels; what the drawing leaves transparent becomes white.</summary>
    /// <param name="svg">A complete SVG document with a <c>width</c>, <c>height</c> or <c>viewBox</c>.</param>
    /// <param name="width">Width of the result in pixels, 1 to 16384; the height follows from the document.</param>
    /// <exception cref="PictureException">The document can't be rendered (<see cref="PictureFault.Corrupt"/>).</exception>
    public static RgbPicture Render(string svg, int width) =>
        Rendered(svg, width, image => new RgbPicture(image.Width, image.Height, image.ToArray(VipsDeadline.None)));

    private static unsafe T Rendered<T>(string svg, int width, Func<VipsImage, T> take)
    {
        ArgumentException.ThrowIfNullOrEmpty(svg);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 16384);
        VipsLibrary.Start();
        byte[] bytes = Encoding.UTF8.GetBytes(svg);
        fixed (byte* pinned = bytes)
        {
            try
            {
                using var source = VipsSource.FromPinned(pinned, bytes.Length);
                using var natural = Load(source, scale: 1);
                using var scaled = Load(source, scale: (double)width / natural.Width);
                using var flat = Flattened(scaled);
                return take(flat);
            }
            catch (VipsException exception)
            {
                throw new PictureException(PictureFault.Corrupt, $"The SVG document can't be rendered: {exception.Message}", exception);
            }
        }
    }

    private static VipsImage Load(VipsSource source, double scale)
    {
        using var operation = VipsOperation.New("svgload_source"u8).Set("source"u8, source).Set("scale"u8, scale);
        return operation.Run();
    }

    private static VipsImage Flattened(VipsImage image)
    {
        using var operation = VipsOperation.New("flatten"u8).Set("in"u8, image).Set("background"u8, [255.0, 255.0, 255.0]);
        return operation.Run();
    }

    private static byte[] Encode(VipsImage image, string extension, int quality)
    {
        using var operation = extension.ToUpperInvariant() switch
        {
            ".JPG" or ".JPEG" => VipsOperation.New("jpegsave_buffer"u8).Set("Q"u8, quality),
            ".WEBP" => VipsOperation.New("webpsave_buffer"u8).Set("Q"u8, quality),
            ".PNG" => VipsOperation.New("pngsave_buffer"u8),
            _ => throw new ArgumentException($"\"{extension}\" isn't a format to render to; use .jpg, .jpeg, .png or .webp."),
        };
        operation.Set("in"u8, image).Set("strip"u8, true);
        return operation.RunToBytes();
    }
}
