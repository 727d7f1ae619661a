using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Encodes pictures for programs that read no WebP.</summary>
internal static class JpegEncoder
{
    /// <param name="picture">Upright sRGB pixels; no metadata exists here, so none is written.</param>
    /// <param name="quality">1 to 100.</param>
    public static unsafe byte[] Encode(RgbPicture picture, int quality)
    {
        VipsLibrary.Start();
        fixed (byte* pixels = picture.Pixels)
        {
            using VipsImage image = VipsImage.FromPinned(pixels, picture.Width, picture.Height, 3);
            using var save = VipsOperation.New("jpegsave_buffer"u8).Set("in"u8, image).Set("Q"u8, quality);
            return save.RunToBytes();
        }
    }
}
