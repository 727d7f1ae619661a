using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Encodes thumbnails.</summary>
internal static class WebpEncoder
{
    /// <summary>libwebp's search effort, 0 to 6. A 320-pixel thumbnail of a 500-pixel JPEG takes 8.3 ms with 2 and 11.5 ms with the default 4.</summary>
    private const int Effort = 2;

    /// <param name="picture">Upright sRGB pixels; no metadata exists here, so none is written.</param>
    /// <param name="quality">1 to 100.</param>
    public static unsafe byte[] Encode(RgbPicture picture, int quality)
    {
        // Frames of a video come here without any picture having been read before.
        VipsLibrary.Start();
        fixed (byte* pixels = picture.Pixels)
        {
            using VipsImage image = VipsImage.FromPinned(pixels, picture.Width, picture.Height, 3);
            using var save = VipsOperation.New("webpsave_buffer"u8).Set("in"u8, image).Set("Q"u8, quality).Set("effort"u8, Effort);
            return save.RunToBytes();
        }
    }
}
