using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Encoders.Media;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Orientation, crops and the two resize rules, on a gradient whose colours tell where each pixel came from.</summary>
public sealed class PictureGeometryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_EXIF_orientation_gives_the_upright_picture(int orientation)
    {
        RgbPicture upright = Gradient(320, 200);
        byte[] file = new ExifSegment().Orientation(orientation).InsertInto(Jpeg(Stored(upright, orientation)));

        PictureInfo info = Reader.ReadInfo(Source(file));
        Assert.Equal((320, 200), (info.Width, info.Height));
        foreach (ResizeQuality quality in Enum.GetValues<ResizeQuality>())
        {
            RgbPicture read = Square(file, 50, quality: quality);
            foreach ((double x, double y) in new[] { (0.2, 0.1), (0.9, 0.3), (0.5, 0.5), (0.1, 0.8) })
                AssertNear(At(upright, x, y), At(read, x, y), 8);
        }

        // A crop is a part of the upright picture, whatever way it is stored.
        RgbPicture crop = Square(file, 50, CropBox.Create(0.5, 0.1, 0.4, 0.3));
        AssertNear(At(upright, 0.52, 0.12), At(crop, 0.05, 0.05), 10);
        AssertNear(At(upright, 0.88, 0.38), At(crop, 0.95, 0.95), 10);

        byte[] thumbnail = Reader.Thumbnail(Source(file), 160);
        PictureInfo small = Reader.ReadInfo(Source(thumbnail));
        Assert.Equal((160, 100), (small.Width, small.Height));
        AssertNear(At(upright, 0.2, 0.8), At(Square(thumbnail, 50), 0.2, 0.8), 16);
    }

    [Fact]
    public void A_large_turned_picture_is_read_in_one_forward_pass()
    {
        // Turning by 90 degrees reads columns; with a decoder that only goes forward this fails unless the small result is turned.
        RgbPicture upright = Gradient(1500, 2200);
        byte[] file = new ExifSegment().Orientation(6).InsertInto(Jpeg(Stored(upright, 6)));
        RgbPicture read = Reader.Read(Source(file), new PictureFit(700, ResizeRule.CenterCrop, ResizeQuality.Reference));
        AssertNear(At(upright, 0.25, 0.5), At(read, 0.25, 0.5), 6);
    }

    [Fact]
    public void Any_crop_of_a_gradient_has_the_colours_of_its_place()
    {
        byte[] file = Png(Gradient(200, 160));
        Gen<CropBox> boxes =
            from x in Gen.Choose(0, 90)
            from y in Gen.Choose(0, 90)
            from width in Gen.Choose(5, 100 - x)
            from height in Gen.Choose(5, 100 - y)
            select CropBox.Create(x / 100.0, y / 100.0, width / 100.0, height / 100.0);
        Prop.ForAll(boxes.ToArbitrary(), box =>
        {
            RgbPicture read = Square(file, 32, box);
            (double X, double Y)[] places = [(0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.25, 0.75)];
            foreach ((double x, double y) in places)
            {
                (int red, int green, int blue) = At(read, x, y);
                double expectedRed = 255 * (box.X + (x + 0.5 / 32) * box.Width);
                double expectedGreen = 255 * (box.Y + (y + 0.5 / 32) * box.Height);
                Assert.InRange(red, expectedRed - 4, expectedRed + 4);
                Assert.InRange(green, expectedGreen - 4, expectedGreen + 4);
                Assert.InRange(blue, 99, 101);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(42, 7));
    }

    [Theory]
    [InlineData(ResizeQuality.Fast)]
    [InlineData(ResizeQuality.Reference)]
    public void Crops_of_a_JPEG_that_shrinks_while_decoding_stay_in_place(ResizeQuality quality)
    {
        RgbPicture whole = Gradient(1203, 907);
        byte[] file = Jpeg(whole);
        foreach (CropBox box in new[] { CropBox.Create(0.37, 0.11, 0.6, 0.85), CropBox.Create(0, 0, 0.5, 0.5), CropBox.Create(0.6, 0.6, 0.4, 0.4) })
        {
            RgbPicture read = Square(file, 32, box, quality);
            AssertNear(At(whole, box.X + 0.5 * box.Width, box.Y + 0.5 * box.Height), At(read, 0.5, 0.5), 6);
            AssertNear(At(whole, box.X + 0.1 * box.Width, box.Y + 0.9 * box.Height), At(read, 0.1, 0.9), 6);
        }
    }

    [Fact]
    public void Center_crop_takes_the_middle_square_and_squash_takes_all()
    {
        byte[] wide = Png(Gradient(400, 100));
        RgbPicture middle = Reader.Read(Source(wide), new PictureFit(50, ResizeRule.CenterCrop, ResizeQuality.Reference));
        AssertNear((96, 5, 100), At(middle, 0.01, 0.01), 5);
        AssertNear((159, 250, 100), At(middle, 0.99, 0.99), 5);

        RgbPicture all = Square(wide, 50);
        AssertNear((3, 3, 100), At(all, 0.01, 0.01), 5);
        AssertNear((252, 252, 100), At(all, 0.99, 0.99), 5);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3000)]
    [InlineData(3000, 1)]
    [InlineData(5000, 20)]
    [InlineData(63, 65)]
    public void Extreme_shapes_are_read_at_any_rule(int width, int height)
    {
        byte[] file = Png(Gradient(width, height));
        foreach (ResizeRule rule in Enum.GetValues<ResizeRule>())
        {
            foreach (ResizeQuality quality in Enum.GetValues<ResizeQuality>())
            {
                RgbPicture read = Reader.Read(Source(file), new PictureFit(64, rule, quality));
                Assert.Equal((64, 64), (read.Width, read.Height));
                AssertNear(At(Gradient(width, height), 0.5, 0.5), At(read, 0.5, 0.5), 12);
            }
        }
    }

    [Fact]
    public void A_thumbnail_is_a_WebP_that_is_never_enlarged_and_carries_no_metadata()
    {
        byte[] file = new ExifSegment().Camera("Secret maker", "Secret model").InsertInto(Jpeg(Gradient(60, 30)));
        byte[] thumbnail = Reader.Thumbnail(Source(file), 300);
        Assert.Equal("RIFF"u8, thumbnail.AsSpan(0, 4));
        Assert.Equal("WEBP"u8, thumbnail.AsSpan(8, 4));
        Assert.Equal(-1, thumbnail.AsSpan().IndexOf("Secret"u8));
        PictureInfo info = Reader.ReadInfo(Source(thumbnail));
        Assert.Equal((60, 30), (info.Width, info.Height));

        PictureInfo crop = Reader.ReadInfo(Source(Reader.Thumbnail(Source(file), 20, CropBox.Create(0, 0, 0.5, 0.5))));
        Assert.Equal((20, 10), (crop.Width, crop.Height));
    }

    [Theory]
    [InlineData("0,0,1,1", true)]
    [InlineData("0.25, 0.25, 0.5, 0.75", true)]
    [InlineData("0.7,0,0.3000000001,1", true)]
    [InlineData("0.5,0.5,0.6,0.1", false)]
    [InlineData("0,0,0,1", false)]
    [InlineData("-0.1,0,0.5,0.5", false)]
    [InlineData("NaN,0,0.5,0.5", false)]
    [InlineData("1,0,1e-9,0.5", false)]
    [InlineData("0,0,1", false)]
    [InlineData("a,b,c,d", false)]
    [InlineData("0;0;1;1", false)]
    public void Crops_are_checked(string text, bool valid)
    {
        if (valid)
        {
            CropBox box = CropBox.Parse(text);
            Assert.True(box.X + box.Width <= 1 && box.Y + box.Height <= 1);
            Assert.Equal(box, CropBox.Parse(box.ToString()));
        }
        else
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => CropBox.Parse(text));
            Assert.Contains(text.Split(',', ';')[0], error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The inverse of EXIF's definition, written from its wording: where the 0th row and column of the stored picture lie.</summary>
    private static RgbPicture Stored(RgbPicture upright, int orientation)
    {
        int width = upright.Width;
        int height = upright.Height;
        (int storedWidth, int storedHeight) = orientation >= 5 ? (height, width) : (width, height);
        byte[] pixels = new byte[upright.Pixels.Length];
        for (int row = 0; row < storedHeight; row++)
        {
            for (int column = 0; column < storedWidth; column++)
            {
                (int x, int y) = orientation switch
                {
                    1 => (column, row), // row 0 top, column 0 left
                    2 => (width - 1 - column, row), // top, right
                    3 => (width - 1 - column, height - 1 - row), // bottom, right
                    4 => (column, height - 1 - row), // bottom, left
                    5 => (row, column), // left, top
                    6 => (width - 1 - row, column), // right, top
                    7 => (width - 1 - row, height - 1 - column), // right, bottom
                    _ => (row, height - 1 - column), // left, bottom
                };
                upright.Pixels.AsSpan((y * width + x) * 3, 3).CopyTo(pixels.AsSpan((row * storedWidth + column) * 3));
            }
        }

        return new RgbPicture(storedWidth, storedHeight, pixels);
    }
}
