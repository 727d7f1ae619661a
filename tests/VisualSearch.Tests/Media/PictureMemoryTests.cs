using VisualSearch.Encoders.Media;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Tests that measure the process as a whole: no other runs beside them.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneDefinition;

/// <summary>What a reader takes for a picture it gives back, also after a fault.</summary>
[Collection("alone")]
public sealed class PictureMemoryTests
{
    [Fact]
    public void Memory_is_given_back()
    {
        byte[] file = Jpeg(Gradient(800, 600));
        var fit = new PictureFit(64, ResizeRule.Squash, ResizeQuality.Reference);
        for (int i = 0; i < 20; i++)
            Reader.Decode(Source(file), fit);
        long before = Environment.WorkingSet;
        // 100 leaked pictures of 800 x 600 would hold 144 MB.
        for (int i = 0; i < 100; i++)
        {
            Reader.Decode(Source(file), fit);
            Assert.Throws<PictureException>(() => Reader.Decode(Source(file[..^200]), fit));
        }

        GC.Collect();
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 70_000_000);
    }
}
