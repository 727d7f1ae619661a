using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Models;

public sealed class DualEncoderTests
{
    private static readonly Random Seeded = new(11);

    [Fact]
    public void A_pictures_vector_is_what_paper_gives()
    {
        using var model = new PaperModel();
        using DualEncoder encoder = model.Open();

        // Normalised: red (1 - 0.5) / 0.5 = 1, green (0.4 - 0.25) / 0.25 = 0.6, blue 0.2.
        AssertDirection([1f, 0.6f, 0.2f], encoder.EncodePicture(Plain(255, 102, 51)));
        // Below the mean: red -1, green -1, blue 0.
        AssertDirection([-1f, -1f, 0f], encoder.EncodePicture(Plain(0, 0, 0)));
    }

    [Fact]
    public void A_texts_vector_is_what_paper_gives()
    {
        using var model = new PaperModel();
        using DualEncoder encoder = model.Open();

        // 256 bytes, 256 bytes at a word's end, one merge, so the marks are 513 and 514; "b" is byte 98 at a word's end.
        AssertDirection([514, 256 + 98, (513 + 514 + 256 + 98) / 3f], encoder.EncodeText("b"));
        AssertDirection([514, 513, 513.5f], encoder.EncodeText(""));
    }

    [Fact]
    public void Texts_come_back_in_their_order_padded_to_the_longest_of_their_batch()
    {
        using var model = new PaperModel();
        using DualEncoder encoder = model.Open(new EncoderOptions { MaxBatch = 2 });
        float[] vectors = new float[15];

        // In order of length: "", "b", "b b", "b b b b b b b b" (cut to eight tokens), "b b b"; batches of two in that order.
        encoder.EncodeTexts(["b b b b b b b b", "", "b b", "b", "b b b"], vectors);

        const float B = 256 + 98;
        AssertDirection([514, B, ((6 * B) + 1027) / 8], vectors.AsSpan(0, 3));
        AssertDirection([514, PaperModel.Padding, 1027 / 3f], vectors.AsSpan(3, 3));
        AssertDirection([514, PaperModel.Padding, ((2 * B) + 1027) / 5], vectors.AsSpan(6, 3));
        AssertDirection([514, B, (B + 1027) / 3], vectors.AsSpan(9, 3));
        AssertDirection([514, B, ((3 * B) + 1027) / 5], vectors.AsSpan(12, 3));
    }

    [Fact]
    public void A_network_may_take_32_bit_ids()
    {
        using var model = new PaperModel();
        model.WriteText(OnnxFile.Int32Type);
        model.Save();
        using DualEncoder encoder = model.Open();
        AssertDirection([514, 513, 513.5f], encoder.EncodeText(""));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(11)]
    public void Lists_longer_than_a_batch_are_split_and_keep_their_order(int count)
    {
        using var model = new PaperModel();
        using DualEncoder encoder = model.Open(new EncoderOptions { MaxBatch = 3 });
        RgbPicture[] pictures = [.. Enumerable.Range(0, count).Select(_ => RandomPicture())];
        float[] vectors = new float[3 * count];

        encoder.EncodePictures(pictures, vectors);

        for (int i = 0; i < count; i++)
        {
            AssertDirection(Naive(pictures[i]), vectors.AsSpan(3 * i, 3));
        }
    }

    [Fact]
    public void Many_threads_get_their_own_vectors()
    {
        using var model = new PaperModel();
        using DualEncoder encoder = model.Open(new EncoderOptions { MaxBatch = 4, Threads = 2 });
        RgbPicture[] pictures = [.. Enumerable.Range(0, 40).Select(_ => RandomPicture())];
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            int from = i % 30, count = 1 + (i % 10);
            float[] vectors = new float[3 * count];
            encoder.EncodePictures(pictures[from..(from + count)], vectors);
            for (int j = 0; j < count; j++)
            {
                AssertDirection(Naive(pictures[from + j]), vectors.AsSpan(3 * j, 3));
            }

            AssertDirection([514, 513, 513.5f], encoder.EncodeText(""));
        });
    }

    [Fact]
    public void Wrong_sizes_are_refused_with_both_numbers()
    {
        using var model = new PaperModel();
        using DualEncoder encoder = model.Open();
        var small = new RgbPicture(8, 16, new byte[8 * 16 * 3]);
        string message = Assert.Throws<ArgumentException>(() => encoder.EncodePicture(small)).Message;
        Assert.Contains("8 x 16", message, StringComparison.Ordinal);
        Assert.Contains("16 x 16", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => encoder.EncodeTexts(["a", "b"], new float[5])).Message;
        Assert.Contains("6 floats, not 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_without_direction_is_a_fault_that_names_the_file()
    {
        using var model = new PaperModel();
        model.Manifest["image"]!["mean"] = new System.Text.Json.Nodes.JsonArray(0, 0, 0);
        model.SaveManifest();
        using DualEncoder encoder = model.Open();
        string message = Assert.Throws<ModelException>(() => encoder.EncodePicture(Plain(0, 0, 0))).Message;
        Assert.Contains("image.onnx", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EncoderOptions { Threads = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EncoderOptions { MaxBatch = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EncoderOptions { MaxBatch = 1025 });
    }

    private static RgbPicture Plain(byte red, byte green, byte blue)
    {
        const int Pixels = PaperModel.Size * PaperModel.Size;
        return new(PaperModel.Size, PaperModel.Size, [.. Enumerable.Repeat((byte[])[red, green, blue], Pixels).SelectMany(p => p)]);
    }

    private static RgbPicture RandomPicture()
    {
        byte[] pixels = new byte[PaperModel.Size * PaperModel.Size * 3];
        lock (Seeded)
        {
            Seeded.NextBytes(pixels);
        }

        return new RgbPicture(PaperModel.Size, PaperModel.Size, pixels);
    }

    private static float[] Naive(RgbPicture picture)
    {
        double[] mean = [0.5, 0.25, 0], std = [0.5, 0.25, 1];
        double Average(int channel) => picture.Pixels.Where((_, i) => i % 3 == channel).Average(v => v / 255.0);
        return [.. Enumerable.Range(0, 3).Select(c => (float)((Average(c) - mean[c]) / std[c]))];
    }

    private static void AssertDirection(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double norm = Math.Sqrt(expected.ToArray().Sum(v => (double)v * v));
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i] / norm, actual[i], 1e-5);
        }
    }
}
