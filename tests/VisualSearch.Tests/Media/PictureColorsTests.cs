using System.Text;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Native;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Whatever a file stores, 8-bit sRGB comes out: the same gradient through every kind of file.</summary>
public sealed class PictureColorsTests
{
    [Theory]
    [InlineData("png", 1)]
    [InlineData("jpeg", 4)]
    [InlineData("webp", 12)]
    [InlineData("tiff", 1)]
    [InlineData("gif", 24)]
    [InlineData("heif", 16)]
    [InlineData("png16", 1)]
    [InlineData("cmyk-jpeg", 24)]
    [InlineData("cmyk-tiff", 24)]
    public void Every_kind_of_file_gives_the_same_picture(string kind, int tolerance)
    {
        RgbPicture gradient = Gradient(160, 120);
        byte[] file = kind switch
        {
            "png16" => Png16(gradient),
            "cmyk-jpeg" => WithProfile(gradient, "cmyk", "jpegsave_buffer"u8),
            "cmyk-tiff" => WithProfile(gradient, "cmyk", "tiffsave_buffer"u8),
            _ => Encode(gradient, kind),
        };
        foreach (ResizeQuality quality in Enum.GetValues<ResizeQuality>())
        {
            RgbPicture read = Square(file, 40, quality: quality);
            // A press can't print the gradient's brightest corners, so ink is compared where paper can follow.
            bool ink = kind.StartsWith("cmyk", StringComparison.Ordinal);
            foreach ((double x, double y) in ink ? [(0.5, 0.5), (0.4, 0.4), (0.3, 0.3)] : new[] { (0.1, 0.1), (0.5, 0.5), (0.9, 0.2), (0.2, 0.9) })
                AssertNear(At(Square(Png(gradient), 40), x, y), At(read, x, y), tolerance);
        }
    }

    [Fact]
    public void Grey_becomes_three_equal_bands()
    {
        byte[] grey = [.. Enumerable.Range(0, 64 * 64).Select(i => (byte)(i % 64 * 4))];
        RgbPicture read = Square(Save(grey, 64, 64, 1, "pngsave_buffer"u8, Interpretation.BlackWhite));
        for (int i = 0; i < grey.Length; i++)
            Assert.Equal([grey[i], grey[i], grey[i]], read.Pixels[(i * 3)..(i * 3 + 3)]);
    }

    [Theory]
    [InlineData(2, 0, 255)]
    [InlineData(2, 128, 177)]
    [InlineData(2, 255, 100)]
    [InlineData(4, 0, 255)]
    [InlineData(4, 128, 177)]
    [InlineData(4, 255, 100)]
    public void Transparency_shows_white(int bands, int alpha, int expected)
    {
        byte[] pixels = new byte[32 * 32 * bands];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i % bands == bands - 1 ? alpha : 100);
        Interpretation meaning = bands == 2 ? Interpretation.BlackWhite : Interpretation.Srgb;
        RgbPicture read = Square(Save(pixels, 32, 32, bands, "pngsave_buffer"u8, meaning), 32);
        AssertNear((expected, expected, expected), At(read, 0.5, 0.5), 1);
    }

    [Fact]
    public void Hidden_colours_of_transparent_pixels_do_not_bleed_into_edges()
    {
        // Left: opaque white. Right: fully transparent black. On white paper nothing dark may appear anywhere.
        byte[] pixels = new byte[64 * 64 * 4];
        for (int i = 0; i < 64 * 64; i++)
        {
            if (i % 64 < 32)
                pixels.AsSpan(i * 4, 4).Fill(255);
        }

        RgbPicture read = Square(Save(pixels, 64, 64, 4, "pngsave_buffer"u8, Interpretation.Srgb), 20);
        Assert.All(read.Pixels, value => Assert.Equal(255, value));
    }

    [Fact]
    public void A_wide_gamut_profile_is_honoured_on_the_fast_path_and_passed_over_like_Pillow_on_the_reference_path()
    {
        var solid = new RgbPicture(64, 64, [.. Enumerable.Repeat(new byte[] { 200, 60, 60 }, 64 * 64).SelectMany(pixel => pixel)]);
        byte[] p3 = WithProfile(solid, "p3", "pngsave_buffer"u8);

        AssertNear((200, 60, 60), At(Square(p3, 32, quality: ResizeQuality.Fast), 0.5, 0.5), 3);
        // Display P3 holds this red as about (186, 71, 66): the stored numbers, not the colour.
        (int red, int green, _) = At(Square(p3, 32, quality: ResizeQuality.Reference), 0.5, 0.5);
        Assert.InRange(red, 180, 192);
        Assert.InRange(green, 65, 80);
    }

    [Fact]
    public void A_damaged_profile_does_not_make_a_picture_unreadable()
    {
        byte[] jpeg = WithProfile(Gradient(64, 64), "p3", "jpegsave_buffer"u8);
        int profile = jpeg.AsSpan().IndexOf("ICC_PROFILE"u8) + 14;
        jpeg.AsSpan(profile + 128, 200).Fill(0xEE);
        RgbPicture read = Square(jpeg, 32, quality: ResizeQuality.Fast);
        AssertNear(At(Gradient(32, 32), 0.5, 0.5), At(read, 0.5, 0.5), 40);
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public void Only_the_first_frame_of_an_animation_is_read(string kind)
    {
        byte[] frames = new byte[40 * 120 * 3];
        for (int i = 0; i < 40 * 120; i++)
            frames[i * 3 + i / (40 * 40)] = 255;
        byte[] file = Save(
            frames, 40, 120, 3, Encoding.ASCII.GetBytes($"{kind}save_buffer\0"), Interpretation.Srgb, pageHeight: 40);

        PictureInfo info = Reader.ReadInfo(Source(file));
        Assert.Equal((kind, 40, 40, 3), (info.Format, info.Width, info.Height, info.Frames));
        AssertNear((255, 0, 0), At(Square(file, 40), 0.5, 0.9), 8);
    }
}
