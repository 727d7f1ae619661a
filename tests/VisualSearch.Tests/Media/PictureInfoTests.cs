using VisualSearch.Encoders.Media;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Camera, date and place from EXIF, whole or broken.</summary>
public sealed class PictureInfoTests
{
    private static readonly byte[] Plain = Jpeg(Gradient(30, 20));

    [Fact]
    public void Camera_date_and_place_are_read()
    {
        byte[] file = new ExifSegment()
            .Camera("Canon", "EOS 5D (Mark II)")
            .TakenAt("2019:05:01 10:20:30")
            .Place("S", [(33, 1), (51, 1), (3096, 100)], "E", [(151, 1), (12, 1), (514, 10)])
            .InsertInto(Plain);
        PictureInfo info = Reader.ReadInfo(Source(file));
        Assert.Equal("Canon", info.CameraMake);
        Assert.Equal("EOS 5D (Mark II)", info.CameraModel);
        Assert.Equal(new DateTime(2019, 5, 1, 10, 20, 30), info.TakenAt);
        Assert.Equal(-(33 + 51 / 60.0 + 30.96 / 3600), info.Latitude!.Value, 1e-6);
        Assert.Equal(151 + 12 / 60.0 + 51.4 / 3600, info.Longitude!.Value, 1e-6);
        Assert.Equal(info, Reader.Decode(Source(file), new PictureFit(16, ResizeRule.Squash, ResizeQuality.Fast)).Info);
    }

    [Fact]
    public void A_picture_without_EXIF_tells_only_its_size()
    {
        Assert.Equal(new PictureInfo { Format = "jpeg", Width = 30, Height = 20, Frames = 1 }, Reader.ReadInfo(Source(Plain)));
    }

    [Theory]
    [InlineData("0000:00:00 00:00:00")]
    [InlineData("    :  :     :  :  ")]
    [InlineData("yesterday afternoon")]
    [InlineData("2019:13:41 10:20:30")]
    public void A_nonsense_date_counts_as_not_told(string date)
    {
        Assert.Null(Reader.ReadInfo(Source(new ExifSegment().TakenAt(date).InsertInto(Plain))).TakenAt);
    }

    [Fact]
    public void A_nonsense_place_counts_as_not_told()
    {
        (uint, uint)[] fine = [(10, 1), (0, 1), (0, 1)];
        foreach ((string side, (uint, uint)[] latitude) in new (string, (uint, uint)[])[]
        {
            ("N", [(91, 1), (0, 1), (0, 1)]), ("N", [(10, 0), (0, 0), (0, 0)]), ("Q", fine), (" ", fine),
        })
        {
            PictureInfo info = Reader.ReadInfo(Source(new ExifSegment().Place(side, latitude, "E", fine).InsertInto(Plain)));
            Assert.Null(info.Latitude);
            Assert.Null(info.Longitude);
        }
    }

    [Fact]
    public void Damaged_EXIF_does_not_make_a_picture_unreadable()
    {
        byte[] file = new ExifSegment().Camera("Canon", "X").TakenAt("2019:05:01 10:20:30").InsertInto(Plain);
        for (int at = 12; at < 90; at += 3)
        {
            byte[] broken = (byte[])file.Clone();
            broken.AsSpan(at, 3).Fill(0xFF);
            PictureInfo info = Reader.ReadInfo(Source(broken));
            Assert.Equal((30, 20), (Math.Max(info.Width, info.Height), Math.Min(info.Width, info.Height)));
        }
    }

    [Theory]
    [InlineData("a/b.JPG", true)]
    [InlineData("b.jpeg", true)]
    [InlineData("c.webp", true)]
    [InlineData("d.avif", true)]
    [InlineData("e.tiff", true)]
    [InlineData("f.svg", false)]
    [InlineData("g.pdf", false)]
    [InlineData("h.txt", false)]
    [InlineData("jpg", false)]
    [InlineData("i.jpg.json", false)]
    public void Extensions_say_what_to_look_at(string path, bool expected) => Assert.Equal(expected, PictureReader.IsPictureFile(path));
}
