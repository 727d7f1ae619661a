using System.Text;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Tests.Media;

/// <summary>Makes picture files of every odd kind in memory, with libvips' own encoders.</summary>
internal static unsafe class TestPictures
{
    public static readonly PictureReader Reader;

    // Explicit, so that libvips has been started before any test's first call, whichever member that is.
    static TestPictures() => Reader = new PictureReader();

    /// <summary>Red rises from left to right, green from top to bottom, blue is constant: every place has its own colour.</summary>
    public static RgbPicture Gradient(int width, int height, byte blue = 100)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = (y * width + x) * 3;
                pixels[at] = (byte)(255 * x / Math.Max(1, width - 1));
                pixels[at + 1] = (byte)(255 * y / Math.Max(1, height - 1));
                pixels[at + 2] = blue;
            }
        }

        return new RgbPicture(width, height, pixels);
    }

    public static byte[] Jpeg(RgbPicture picture, int quality = 95) =>
        Save(picture.Pixels, picture.Width, picture.Height, 3, "jpegsave_buffer"u8, Interpretation.Srgb, quality);

    public static byte[] Png(RgbPicture picture) => Encode(picture, "png");

    /// <param name="picture">What to encode.</param>
    /// <param name="format">jpeg, png, webp, gif, tiff or heif (AVIF).</param>
    public static byte[] Encode(RgbPicture picture, string format) =>
        Save(picture.Pixels, picture.Width, picture.Height, 3, Encoding.ASCII.GetBytes($"{format}save_buffer\0"), Interpretation.Srgb);

    /// <summary>Encodes 8-bit bands of any meaning; a page height makes an animation of what is below one another.</summary>
    public static byte[] Save(
        byte[] pixels, int width, int height, int bands, ReadOnlySpan<byte> saver, Interpretation meaning, int quality = 95, int pageHeight = 0)
    {
        fixed (byte* start = pixels)
        {
            using VipsImage raw = VipsImage.FromPinned(start, width, height, bands);
            using VipsImage image = Meaning(raw, meaning);
            using var save = VipsOperation.New(saver).Set("in"u8, image).Set("strip"u8, true);
            if (pageHeight > 0)
                save.Set("page-height"u8, pageHeight);
            if (saver.StartsWith("jpeg"u8) || saver.StartsWith("webp"u8) || saver.StartsWith("heif"u8))
                save.Set("Q"u8, quality);
            const int av1 = 4;
            if (saver.StartsWith("heif"u8))
                save.Set("compression"u8, av1).Set("effort"u8, 0);
            return save.RunToBytes();
        }
    }

    /// <summary>Scales a JPEG file and encodes it again, as sharing sites do.</summary>
    public static byte[] Copy(byte[] jpeg, double scale, int quality)
    {
        fixed (byte* start = jpeg)
        {
            using VipsSource source = VipsSource.FromPinned(start, jpeg.Length);
            using var load = VipsOperation.New("jpegload_source"u8).Set("source"u8, source);
            using VipsImage whole = load.Run();
            using var resize = VipsOperation.New("resize"u8).Set("in"u8, whole).Set("scale"u8, scale);
            using VipsImage small = resize.Run();
            using var save = VipsOperation.New("jpegsave_buffer"u8).Set("in"u8, small).Set("Q"u8, quality);
            return save.RunToBytes();
        }
    }

    /// <summary>Encodes an RGB picture as 16-bit PNG (each value × 257).</summary>
    public static byte[] Png16(RgbPicture picture)
    {
        fixed (byte* start = picture.Pixels)
        {
            using VipsImage raw = VipsImage.FromPinned(start, picture.Width, picture.Height, 3);
            using VipsImage image = Meaning(raw, Interpretation.Srgb);
            using var widen = VipsOperation.New("colourspace"u8).Set("in"u8, image).Set("space"u8, (int)Interpretation.Rgb16);
            using VipsImage wide = widen.Run();
            using var save = VipsOperation.New("pngsave_buffer"u8).Set("in"u8, wide);
            return save.RunToBytes();
        }
    }

    /// <summary>Converts to another profile (a name that libvips knows: <c>p3</c>, <c>cmyk</c>) and embeds it.</summary>
    public static byte[] WithProfile(RgbPicture picture, string profile, ReadOnlySpan<byte> saver)
    {
        fixed (byte* start = picture.Pixels)
        {
            using VipsImage raw = VipsImage.FromPinned(start, picture.Width, picture.Height, 3);
            using VipsImage image = Meaning(raw, Interpretation.Srgb);
            using var convert = VipsOperation.New("icc_transform"u8)
                .Set("in"u8, image)
                .Set("input-profile"u8, "srgb")
                .Set("output-profile"u8, profile);
            using VipsImage converted = convert.Run();
            using var save = VipsOperation.New(saver).Set("in"u8, converted);
            if (saver.StartsWith("jpeg"u8))
                save.Set("Q"u8, 97);
            return save.RunToBytes();
        }
    }

    public static PictureSource Source(byte[] bytes, string name = "test") => PictureSource.FromMemory(bytes, name);

    /// <summary>Decodes through the reader to a square, without loss of place: squashed, exact path.</summary>
    public static RgbPicture Square(byte[] bytes, int size = 64, CropBox? crop = null, ResizeQuality quality = ResizeQuality.Reference) =>
        Reader.Read(Source(bytes), new PictureFit(size, ResizeRule.Squash, quality), crop);

    public static (int R, int G, int B) At(RgbPicture picture, double x, double y)
    {
        int column = Math.Min(picture.Width - 1, (int)(x * picture.Width));
        int row = Math.Min(picture.Height - 1, (int)(y * picture.Height));
        ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan((row * picture.Width + column) * 3, 3);
        return (pixel[0], pixel[1], pixel[2]);
    }

    public static double MeanDifference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        Assert.Equal(a.Length, b.Length);
        long sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return (double)sum / a.Length;
    }

    public static void AssertNear((int R, int G, int B) expected, (int R, int G, int B) actual, int tolerance)
    {
        bool near = Math.Abs(expected.R - actual.R) <= tolerance
            && Math.Abs(expected.G - actual.G) <= tolerance
            && Math.Abs(expected.B - actual.B) <= tolerance;
        Assert.True(near, $"expected {expected} within {tolerance}, got {actual}");
    }

    private static VipsImage Meaning(VipsImage raw, Interpretation meaning)
    {
        using var copy = VipsOperation.New("copy"u8).Set("in"u8, raw).Set("interpretation"u8, (int)meaning);
        return copy.Run();
    }
}
