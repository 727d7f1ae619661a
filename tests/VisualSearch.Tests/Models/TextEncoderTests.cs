using VisualSearch.Encoders.Models;
using static VisualSearch.Tests.Models.PaperTextModel;

namespace VisualSearch.Tests.Models;

public sealed class TextEncoderTests
{
    private const float E = MathF.E;

    // [CLS] a b [SEP]: ids 2 4 5 3, positions 0 to 3; all tokens are under the mask (e), their type is 0 (e to that: 1).
    [Theory]
    [InlineData("cls", new[] { 2f, E, 0f, 1f })]
    [InlineData("last", new[] { 3f, E, 3f, 1f })]
    [InlineData("mean", new[] { 14f / 4, E, 6f / 4, 1f })]
    public void A_texts_vector_is_what_paper_gives(string pooling, float[] expected)
    {
        using var model = new PaperTextModel(pooling);
        using TextEncoder encoder = model.Open();
        AssertDirection(expected, encoder.Encode("a b", TextRole.Query));
    }

    [Theory]
    [InlineData("cls", new[] { 2f, E, 0f, 1f }, new[] { 2f, E, 0f, 1f })]
    [InlineData("last", new[] { 3f, E, 2f, 1f }, new[] { 3f, E, 5f, 1f })]
    [InlineData("mean", new[] { 3f, E, 1f, 1f }, new[] { (2 + 4 + 4 + 5 + 5 + 3) / 6f, E, 15f / 6, 1f })]
    public void Padding_counts_for_nothing(string pooling, float[] shorter, float[] longer)
    {
        // Both in one batch: "[CLS] a [SEP]" is filled up to the six tokens of "[CLS] a a b b [SEP]".
        using var model = new PaperTextModel(pooling);
        using TextEncoder encoder = model.Open();
        float[] vectors = new float[8];
        encoder.Encode(["a a b b", "a"], TextRole.Query, vectors);
        AssertDirection(longer, vectors.AsSpan(0, 4));
        AssertDirection(shorter, vectors.AsSpan(4, 4));
    }

    [Fact]
    public void A_network_of_fixed_length_is_filled_to_it()
    {
        using var model = new PaperTextModel("mean", OnnxFile.Int32Type);
        model.WriteNetwork(OnnxFile.Int32Type, 8);
        model.Manifest["text"]!["fill"] = "full";
        model.Save();
        using TextEncoder encoder = model.Open();
        AssertDirection([3, E, 1, 1], encoder.Encode("a", TextRole.Query));

        model.Manifest["text"]!["fill"] = "longest";
        model.Save();
        string message = Assert.Throws<ModelException>(() => model.Open()).Message;
        Assert.Contains("'input_ids' has the shape [-1, 8], but model.json asks for [-1, -1]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Queries_and_passages_get_their_prefixes()
    {
        using var model = new PaperTextModel("mean");
        model.Manifest["text"]!["queryPrefix"] = "ask: ";
        model.Manifest["text"]!["passagePrefix"] = "tell: ";
        model.Save();
        using TextEncoder encoder = model.Open();
        AssertDirection([(2 + Ask + 8 + A + 3) / 5f, E, 2, 1], encoder.Encode("a", TextRole.Query));
        AssertDirection([(2 + 7 + 8 + A + 3) / 5f, E, 2, 1], encoder.Encode("a", TextRole.Passage));
        Assert.Equal([Start, A, End], encoder.Tokenizer.Encode("a", 8));
    }

    [Fact]
    public void Long_lists_are_split_and_keep_their_order()
    {
        using var model = new PaperTextModel("mean");
        using TextEncoder encoder = model.Open(new EncoderOptions { MaxBatch = 3 });
        string[] texts = [.. Enumerable.Range(0, 20).Select(i => string.Join(' ', Enumerable.Repeat(i % 2 == 0 ? "a" : "b", i % 5)))];
        float[] vectors = new float[4 * texts.Length];
        encoder.Encode(texts, TextRole.Passage, vectors);
        for (int i = 0; i < texts.Length; i++)
        {
            int words = i % 5;
            AssertDirection([(5f + (words * (i % 2 == 0 ? A : B))) / (words + 2), E, (words + 1) / 2f, 1], vectors.AsSpan(4 * i, 4));
        }
    }

    [Fact]
    public void A_long_text_is_cut_and_keeps_its_end_mark()
    {
        using var model = new PaperTextModel("last");
        using TextEncoder encoder = model.Open();
        AssertDirection([End, E, 7, 1], encoder.Encode(string.Join(' ', Enumerable.Repeat("a", 100)), TextRole.Query));
    }

    [Fact]
    public void A_model_for_texts_opens_for_no_pictures_and_says_so()
    {
        using var model = new PaperTextModel("mean");
        string message = Assert.Throws<ModelException>(() => DualEncoder.Open(model.Folder)).Message;
        Assert.Contains("'paper-text'", message, StringComparison.Ordinal);
        Assert.Contains("for texts only", message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => ModelManifest.Load(model.Folder).Fit);
    }

    [Fact]
    public void The_text_side_of_a_model_for_both_opens_alone()
    {
        using var model = new PaperModel();
        using TextEncoder encoder = TextEncoder.Open(model.Folder);
        AssertDirection([514, 513, 513.5f], encoder.Encode("", TextRole.Query));
    }

    [Fact]
    public void One_graph_may_hold_both_towers()
    {
        using var model = new PaperModel();
        model.WriteBoth();
        using DualEncoder encoder = model.Open();
        AssertDirection([514, 513, 513.5f], encoder.EncodeText(""));
        byte[] red = [.. Enumerable.Repeat((byte[])[255, 102, 51], PaperModel.Size * PaperModel.Size).SelectMany(p => p)];
        AssertDirection([1, 0.6f, 0.2f], encoder.EncodePicture(new(PaperModel.Size, PaperModel.Size, red)));
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
