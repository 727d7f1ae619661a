using VisualSearch.Encoders.Media;
using Xunit.Abstractions;
using static VisualSearch.Tests.Media.TestPictures;

namespace VisualSearch.Tests.Media;

/// <summary>Copies are near each other, other pictures far.</summary>
public sealed class PerceptualHashTests(ITestOutputHelper output)
{
    private static readonly PictureFit Fit = new(64, ResizeRule.Squash, ResizeQuality.Fast);

    [SharedDataFact("photos")]
    public void Rescaled_and_re_encoded_copies_of_photographs_are_near_and_others_far()
    {
        string[] photos = Directory.GetFiles(SharedData.Path("photos")!);
        ulong[] originals = new ulong[photos.Length];
        ulong[] copies = new ulong[photos.Length];
        Parallel.For(0, photos.Length, i =>
        {
            byte[] photo = File.ReadAllBytes(photos[i]);
            originals[i] = Reader.Decode(Source(photo), Fit).PerceptualHash;
            copies[i] = Reader.Decode(Source(Copy(photo, scale: 0.7, quality: 60)), Fit).PerceptualHash;
        });

        int[] toCopy = [.. originals.Select((hash, i) => PerceptualHash.Distance(hash, copies[i]))];
        int[] toOthers =
        [
            .. Enumerable.Range(0, photos.Length)
                .SelectMany(i => Enumerable.Range(0, i).Select(j => PerceptualHash.Distance(originals[i], originals[j]))),
        ];
        output.WriteLine($"to the copy: at most {toCopy.Max()}, within 6: {toCopy.Count(d => d <= 6)} of {photos.Length}");
        output.WriteLine($"to others: at least {toOthers.Min()}, mean {toOthers.Average():F1}, within 10: {toOthers.Count(d => d <= 10)} of {toOthers.Length}");
        Assert.InRange(toCopy.Count(distance => distance <= 6), photos.Length - 2, photos.Length);
        Assert.DoesNotContain(toOthers, distance => distance <= 6);
        Assert.InRange(toOthers.Average(), 26, 38);
    }

    [Fact]
    public void The_hash_agrees_with_the_definition_computed_directly()
    {
        RgbPicture picture = Gradient(32, 32);
        new Random(3).NextBytes(picture.Pixels);
        double[] spectrum = new double[64];
        for (int v = 1; v <= 8; v++)
        {
            for (int u = 1; u <= 8; u++)
            {
                double sum = 0;
                for (int i = 0; i < 32 * 32; i++)
                {
                    ReadOnlySpan<byte> pixel = picture.Pixels.AsSpan(i * 3, 3);
                    double luma = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
                    sum += luma * Math.Cos(Math.PI * (2 * (i % 32) + 1) * u / 64.0) * Math.Cos(Math.PI * (2 * (i / 32) + 1) * v / 64.0);
                }

                spectrum[(v - 1) * 8 + u - 1] = sum;
            }
        }

        double[] sorted = [.. spectrum.Order()];
        ulong expected = 0;
        for (int i = 0; i < 64; i++)
            expected |= spectrum[i] > (sorted[31] + sorted[32]) / 2 ? 1UL << i : 0;
        Assert.Equal(expected, PerceptualHash.Compute(picture));
    }

    [Fact]
    public void A_brightness_grid_keeps_the_mean_at_any_size()
    {
        var random = new Random(5);
        foreach ((int width, int height) in new[] { (32, 32), (64, 64), (33, 47), (7, 90), (1, 1), (224, 300) })
        {
            RgbPicture picture = Gradient(width, height);
            random.NextBytes(picture.Pixels);
            float[] grid = new float[32 * 32];
            BrightnessGrid.Fill(picture, grid, 32);
            double luma = 0;
            for (int i = 0; i < picture.Pixels.Length; i += 3)
                luma += 0.299 * picture.Pixels[i] + 0.587 * picture.Pixels[i + 1] + 0.114 * picture.Pixels[i + 2];
            Assert.Equal(luma / (width * height), grid.Average(), 0.05);
        }
    }

    [Fact]
    public void The_average_colour_is_the_mean_of_each_channel()
    {
        byte[] pixels = [10, 20, 30, 30, 40, 50, 20, 30, 40, 20, 30, 40];
        byte[] file = Png(new RgbPicture(2, 2, pixels));
        Assert.Equal(0x141E28u, Reader.Decode(Source(file), new PictureFit(2, ResizeRule.Squash, ResizeQuality.Reference)).AverageColor);
    }
}
