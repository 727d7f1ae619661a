using VisualSearch.Encoders.Media;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>One reader, many threads: results don't depend on who else reads.</summary>
public sealed class PictureConcurrencyTests
{
    [Fact]
    public void Many_threads_get_what_one_gets_also_beside_broken_files()
    {
        byte[][] files =
        [
            Jpeg(Gradient(300, 200)),
            Png(Gradient(200, 100, blue: 7)),
            new ExifSegment().Orientation(6).InsertInto(Jpeg(Gradient(150, 150, blue: 200))),
            WithProfile(Gradient(90, 90), "p3", "jpegsave_buffer"u8),
        ];
        var fit = new PictureFit(48, ResizeRule.CenterCrop, ResizeQuality.Fast);
        DecodedPicture[] alone = [.. files.Select(file => Reader.Decode(Source(file), fit))];
        byte[] broken = files[0][..(files[0].Length / 2)];

        var reader = new PictureReader(new PictureLimits { MaxThreads = 8 });
        Parallel.For(0, 250, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            if (i % 5 == 4)
            {
                PictureException fault = Assert.Throws<PictureException>(() => reader.Decode(Source(broken), fit));
                Assert.Equal(PictureFault.Corrupt, fault.Fault);
                return;
            }

            DecodedPicture decoded = reader.Decode(Source(files[i % 5]), fit);
            DecodedPicture expected = alone[i % 5];
            Assert.Equal(expected.Input.Pixels, decoded.Input.Pixels);
            Assert.Equal((expected.PerceptualHash, expected.AverageColor, expected.Info), (decoded.PerceptualHash, decoded.AverageColor, decoded.Info));
        });
    }
}
