using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Tests.Indexer;

/// <summary>Copies of photographs as people make them: scaled down, cropped to the middle, saved again.</summary>
internal static class Jpeg
{
    /// <summary>A copy in JPEG.</summary>
    /// <param name="photo">The photograph, a JPEG file.</param>
    /// <param name="scale">Of both sides, 1 to keep the size.</param>
    /// <param name="keep">Share of each side that stays, around the middle; 1 to keep all.</param>
    /// <param name="quality">JPEG quality.</param>
    public static byte[] Copy(string photo, double scale, double keep, int quality)
    {
        _ = Vips.Version; // starts the library
        using var load = VipsOperation.New("jpegload"u8).Set("filename"u8, photo);
        using var whole = load.Run();
        var (width, height) = ((int)(whole.Width * keep), (int)(whole.Height * keep));
        using var crop = VipsOperation.New("extract_area"u8).Set("input"u8, whole)
            .Set("left"u8, (whole.Width - width) / 2).Set("top"u8, (whole.Height - height) / 2)
            .Set("width"u8, width).Set("height"u8, height);
        using var middle = crop.Run();
        using var resize = VipsOperation.New("resize"u8).Set("in"u8, middle).Set("scale"u8, scale);
        using var small = resize.Run();
        using var save = VipsOperation.New("jpegsave_buffer"u8).Set("in"u8, small).Set("Q"u8, quality);
        return save.RunToBytes();
    }
}
