using VisualSearch.Encoders.Media;

namespace VisualSearch.Tests.Media;

/// <summary>Both kernels against Pillow's pixels; see Fixtures/README.md.</summary>
public sealed class ResizeKernelTests
{
    [Theory]
    [InlineData(ResizeKernel.Linear, "linear", "cubic")]
    [InlineData(ResizeKernel.Cubic, "cubic", "linear")]
    public void A_kernel_is_pillows(ResizeKernel kernel, string own, string other)
    {
        var source = PictureSource.FromFile(Path.Combine(SharedData.Repository, "models", "golden.png"));
        RgbPicture picture = new PictureReader().Read(source, new PictureFit(48, ResizeRule.Squash, ResizeQuality.Reference, kernel));

        // Of 255; the two kernels differ by more than four times as much as libvips and Pillow do.
        double difference = Difference(picture, own);
        Assert.True(difference < 0.35, $"{difference:F3} of 255 off Pillow");
        Assert.True(Difference(picture, other) > 4 * difference, $"{difference:F3} off its own, {Difference(picture, other):F3} off the other");
    }

    private static double Difference(RgbPicture picture, string kernel)
    {
        byte[] expected = File.ReadAllBytes(Path.Combine(
            SharedData.Repository, "tests", "VisualSearch.Tests", "Media", "Fixtures", $"golden-{kernel}-48.rgb"));
        return picture.Pixels.Zip(expected, (a, b) => Math.Abs(a - b)).Average();
    }
}
