using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Models;

public sealed class PixelNormalizerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 64)]
    [InlineData(33, 65)]
    public void Planes_hold_the_formula_of_each_pixel(int width, int height)
    {
        float[] mean = [0.48145466f, 0.4578275f, 0.40821073f], std = [0.26862954f, 0.26130258f, 0.27577711f];
        byte[] pixels = new byte[width * height * 3];
        new Random(width).NextBytes(pixels);
        float[] planes = new float[pixels.Length];

        new PixelNormalizer(mean, std).Write(new RgbPicture(width, height, pixels), planes);

        int size = width * height;
        for (int i = 0; i < size; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal((float)(((pixels[(3 * i) + c] / 255.0) - mean[c]) / std[c]), planes[(c * size) + i]);
            }
        }
    }

    [Fact]
    public void Planes_of_another_size_are_refused()
    {
        var normalizer = new PixelNormalizer([0, 0, 0], [1, 1, 1]);
        Assert.Throws<ArgumentException>(() => normalizer.Write(new RgbPicture(1, 1, new byte[3]), new float[4]));
    }
}
