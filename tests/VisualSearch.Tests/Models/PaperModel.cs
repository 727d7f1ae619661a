using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Tokenizers;
using static VisualSearch.Tests.Models.OnnxFile;

namespace VisualSearch.Tests.Models;

/// <summary>
/// A model folder whose vectors can be worked out on paper: a picture (16×16) becomes its mean red, green and blue after
/// normalisation; a text the greatest, the least and the mean of its token ids, padding included. Both are made unit by the encoder.
/// </summary>
internal sealed class PaperModel : IDisposable
{
    public const int Size = 16;
    public const int Padding = 0;

    private readonly SmallVocabulary _vocabulary = new("a a");

    public PaperModel()
    {
        WriteImage(new Tensor("pixels", FloatType, -1, 3, Size, Size), new Tensor("mean", FloatType, -1, 3));
        WriteText(Int64Type);
        Manifest = JsonNode.Parse("""
            { "name": "paper", "version": "1.2.3", "dimension": 3, "licence": "MIT", "source": "a test", "files": {},
              "image": { "file": "image.onnx", "input": "pixels", "output": "mean", "size": 16, "resize": "squash", "quality": "fast",
                         "mean": [0.5, 0.25, 0], "std": [0.5, 0.25, 1], "layout": "NCHW" },
              "text":  { "file": "text.onnx", "input": "ids", "output": "statistics", "maxTokens": 8, "padding": 0, "pooling": "model",
                         "tokenizer": { "kind": "clip-bpe", "vocabulary": "vocab.json", "merges": "merges.txt",
                                        "start": "<|startoftext|>", "end": "<|endoftext|>" } } }
            """)!.AsObject();
        Save();
    }

    public string Folder => _vocabulary.Folder;

    public JsonObject Manifest { get; }

    public void WriteImage(Tensor input, Tensor output, params Tensor[] others) => OnnxFile.Write(
        Path.Combine(Folder, "image.onnx"), [input, .. others], [output],
        new Node("GlobalAveragePool", [input.Name], "pooled"), new Node("Flatten", ["pooled"], output.Name, ("axis", 1)));

    public void WriteText(int type)
    {
        (string, object)[] overTokens = [("axes", new long[] { 1 }), ("keepdims", 1)];
        OnnxFile.Write(
            Path.Combine(Folder, "text.onnx"), [new Tensor("ids", type, -1, -1)], [new Tensor("statistics", FloatType, -1, 3)],
            new Node("Cast", ["ids"], "numbers", ("to", FloatType)),
            new Node("ReduceMax", ["numbers"], "greatest", overTokens),
            new Node("ReduceMin", ["numbers"], "least", overTokens),
            new Node("ReduceMean", ["numbers"], "mean", overTokens),
            new Node("Concat", ["greatest", "least", "mean"], "statistics", ("axis", 1)));
    }

    /// <summary>Puts both networks into one file, as some exporters do: it wants a picture and a text, whichever vector is asked for.</summary>
    public void WriteBoth()
    {
        (string, object)[] overTokens = [("axes", new long[] { 1 }), ("keepdims", 1)];
        Write(
            Path.Combine(Folder, "image.onnx"),
            [new Tensor("pixels", FloatType, -1, 3, Size, Size), new Tensor("ids", Int64Type, -1, -1), new Tensor("attention_mask", Int64Type, -1, -1)],
            [new Tensor("mean", FloatType, -1, 3), new Tensor("statistics", FloatType, -1, 3)],
            new Node("GlobalAveragePool", ["pixels"], "pooled"), new Node("Flatten", ["pooled"], "mean", ("axis", 1)),
            new Node("Mul", ["ids", "attention_mask"], "own"), new Node("Cast", ["own"], "numbers", ("to", FloatType)),
            new Node("ReduceMax", ["numbers"], "greatest", overTokens), new Node("ReduceMin", ["numbers"], "least", overTokens),
            new Node("ReduceMean", ["numbers"], "average", overTokens), new Node("Concat", ["greatest", "least", "average"], "statistics", ("axis", 1)));
        Manifest["text"]!["file"] = "image.onnx";
        Save();
    }

    /// <summary>Writes model.json, with the digests of the files as they are now.</summary>
    public void Save()
    {
        var files = new JsonObject();
        foreach (string file in (string[])["image.onnx", "text.onnx", "vocab.json", "merges.txt"])
        {
            files[file] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file))));
        }

        Manifest["files"] = files;
        SaveManifest();
    }

    public void SaveManifest() => File.WriteAllText(Path.Combine(Folder, "model.json"), Manifest.ToJsonString());

    public DualEncoder Open(EncoderOptions? options = null) => DualEncoder.Open(Folder, options);

    public void Dispose() => _vocabulary.Dispose();
}
