using System.Text.Json.Nodes;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Models;

public sealed class ModelFaultTests
{
    [Theory]
    [InlineData("name", null, "$.name is missing")]
    [InlineData("name", "\"a@b\"", "$.name is 'a@b'")]
    [InlineData("version", "\"\"", "$.version is missing or empty")]
    [InlineData("dimension", "1", "$.dimension is 1; write a whole number from 2 to 8192")]
    [InlineData("dimension", "\"256\"", "$.dimension")]
    [InlineData("licence", null, "$.licence is missing")]
    [InlineData("files", null, "$.files is missing")]
    [InlineData("files", "{}", "$.files has no SHA-256 for 'image.onnx'")]
    [InlineData("image", null, "is for texts only")]
    [InlineData("image.size", "8", "$.image.size is 8")]
    [InlineData("image.size", "16.5", "$.image.size")]
    [InlineData("image.resize", "\"stretch\"", "$.image.resize is 'stretch', which this version does not know; write 'squash' or")]
    [InlineData("image.quality", "\"best\"", "'fast' or 'reference'")]
    [InlineData("image.layout", "\"NHWC\"", "$.image.layout is 'NHWC'")]
    [InlineData("image.mean", "[0.5, 0.5]", "$.image.mean is [0.5, 0.5]")]
    [InlineData("image.std", "[0.5, 0, 0.5]", "$.image.std is [0.5, 0, 0.5]; write a number above 0")]
    [InlineData("image.file", "\"../image.onnx\"", "$.image.file is '../image.onnx'")]
    [InlineData("image.file", "\"/etc/passwd\"", "$.image.file is '/etc/passwd'")]
    [InlineData("text.maxTokens", "1", "$.text.maxTokens is 1")]
    [InlineData("text.padding", "-1", "$.text.padding is -1")]
    [InlineData("text.padding", "515", "$.text.padding is 515, but 'vocab.json' has ids up to 514")]
    [InlineData("image.kernel", "\"box\"", "$.image.kernel is 'box', which this version does not know; write 'cubic' or 'linear'")]
    [InlineData("text.pooling", "\"max\"", "$.text.pooling is 'max', which this version does not know; write 'model' or 'cls' or 'mean' or 'last'")]
    [InlineData("text.pooling", "\"mean\"", "'statistics' has the shape [-1, 3], but model.json asks for [-1, -1, 3]")]
    [InlineData("text.fill", "\"half\"", "$.text.fill is 'half'")]
    [InlineData("text.tokenizer.kind", "\"bpe\"", "$.text.tokenizer.kind is 'bpe'")]
    [InlineData("text.tokenizer.kind", "\"wordpiece\"", "$.text.tokenizer.merges is 'merges.txt', which a tokenizer of kind 'wordpiece' has no use for")]
    [InlineData("text.tokenizer.offset", "1", "$.text.tokenizer.offset is '1', which a tokenizer of kind 'clip-bpe' has no use for")]
    [InlineData("text.tokenizer.unknown", "\"[UNK]\"", "$.text.tokenizer.unknown is '[UNK]'")]
    [InlineData("text.tokenizer.start", "\"<s>\"", "'<s>'")]
    [InlineData("text.input", "\"tokens\"", "has no input 'tokens', only 'ids'")]
    [InlineData("image.output", "\"vector\"", "has no output 'vector', only 'mean'")]
    public void A_fault_in_the_manifest_names_its_place_and_value(string at, string? json, string said)
    {
        using var model = new PaperModel();
        string[] path = at.Split('.');
        JsonObject parent = path[..^1].Aggregate(model.Manifest, (o, key) => o[key]!.AsObject());
        parent.Remove(path[^1]);
        if (json is not null)
        {
            parent[path[^1]] = JsonNode.Parse(json);
        }

        model.SaveManifest();
        AssertFault(model, said, "model.json");
    }

    [Fact]
    public void A_dimension_other_than_the_networks_is_refused()
    {
        using var model = new PaperModel();
        model.Manifest["dimension"] = 4;
        model.SaveManifest();
        AssertFault(model, "'mean' has the shape [-1, 3], but model.json asks for [-1, 4]", "image.onnx");
    }

    [Fact]
    public void A_network_with_another_picture_size_is_refused()
    {
        using var model = new PaperModel();
        model.Manifest["image"]!["size"] = 32;
        model.SaveManifest();
        AssertFault(model, "[-1, 3, 16, 16]", "[-1, 3, 32, 32]");
    }

    [Fact]
    public void A_network_with_a_second_input_is_refused()
    {
        using var model = new PaperModel();
        model.WriteImage(
            new OnnxFile.Tensor("pixels", OnnxFile.FloatType, -1, 3, 16, 16), new OnnxFile.Tensor("mean", OnnxFile.FloatType, -1, 3),
            new OnnxFile.Tensor("mask", OnnxFile.FloatType, -1));
        model.Save();
        AssertFault(model, "also wants the input 'mask'", "image.onnx");
    }

    [Theory]
    [InlineData("image.onnx")]
    [InlineData("text.onnx")]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void A_changed_file_is_named_with_both_digests(string file)
    {
        using var model = new PaperModel();
        string path = Path.Combine(model.Folder, file);
        File.WriteAllBytes(path, [1, 2, 3]);

        // The SHA-256 of the bytes 01 02 03.
        AssertFault(model, path, "found 039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
        AssertFault(model, "expected " + model.Manifest["files"]![file], "install the model again");
    }

    [Theory]
    [InlineData("image.onnx")]
    [InlineData("vocab.json")]
    public void A_missing_file_is_named(string file)
    {
        using var model = new PaperModel();
        File.Delete(Path.Combine(model.Folder, file));
        AssertFault(model, file, "is missing");
        string message = Assert.Throws<ModelException>(() => model.Open(new EncoderOptions { VerifyDigests = false })).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_network_is_named_even_if_its_digest_is_right()
    {
        using var model = new PaperModel();
        File.WriteAllText(Path.Combine(model.Folder, "text.onnx"), "this is no network");
        model.Save();
        AssertFault(model, "ONNX Runtime cannot load", "text.onnx");
    }

    [Fact]
    public void A_manifest_that_is_no_json_names_the_line()
    {
        using var model = new PaperModel();
        File.WriteAllText(Path.Combine(model.Folder, "model.json"), "{\n  \"name\": ,\n}");
        AssertFault(model, "model.json", "line 2");
    }

    [Fact]
    public void A_folder_without_a_manifest_is_named()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string message = Assert.Throws<ModelException>(() => DualEncoder.Open(folder)).Message;
        Assert.Contains($"no model in '{folder}'", message, StringComparison.Ordinal);
    }

    private static void AssertFault(PaperModel model, params string[] said)
    {
        string message = Assert.Throws<ModelException>(() => model.Open()).Message;
        Assert.All(said, s => Assert.Contains(s, message, StringComparison.OrdinalIgnoreCase));
    }
}
