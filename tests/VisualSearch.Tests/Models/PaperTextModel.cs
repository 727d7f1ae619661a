using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VisualSearch.Encoders.Models;
using static VisualSearch.Tests.Models.OnnxFile;

namespace VisualSearch.Tests.Models;

/// <summary>
/// A sentence encoder whose vectors can be worked out on paper: each token becomes (its id, e to its attention mask, its position,
/// e to its type), and what pools them is what the test asks for.
/// </summary>
internal sealed class PaperTextModel : IDisposable
{
    public const int Start = 2;
    public const int End = 3;
    public const int A = 4;
    public const int B = 5;
    public const int Ask = 6;
    public const int Padding = 9;

    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "ask", "tell", ":", "[FILL]"];

    private readonly TemporaryFolder _folder = new();

    public PaperTextModel(string pooling, int type = Int64Type)
    {
        WriteNetwork(type, -1);
        _folder.Write("vocab.txt", string.Join('\n', Vocabulary));
        Manifest = JsonNode.Parse($$"""
            { "name": "paper-text", "version": "1", "dimension": 4, "licence": "MIT", "source": "a test", "files": {},
              "text": { "file": "model.onnx", "input": "input_ids", "output": "tokens", "maxTokens": 8, "padding": {{Padding}}, "pooling": "{{pooling}}",
                        "tokenizer": { "kind": "wordpiece", "vocabulary": "vocab.txt", "start": "[CLS]", "end": "[SEP]", "unknown": "[UNK]" } } }
            """)!.AsObject();
        Save();
    }

    public string Folder => _folder.Path;

    public JsonObject Manifest { get; }

    /// <summary>Writes the network, with inputs of a type, and of a length or -1 for any.</summary>
    public void WriteNetwork(int type, int length)
    {
        Tensor Input(string name) => new(name, type, -1, length);
        Node Cast(string name) => new("Cast", [name], name + "-float", ("to", FloatType));
        Node Column(string name) => new("Unsqueeze", [name], name + "-column", ("axes", new long[] { 2 }));
        Write(
            Path.Combine(Folder, "model.onnx"),
            [Input("input_ids"), Input("attention_mask"), Input("token_type_ids"), Input("position_ids")],
            [new Tensor("tokens", FloatType, -1, -1, 4)],
            Cast("input_ids"), Cast("attention_mask"), Cast("token_type_ids"), Cast("position_ids"),
            new Node("Exp", ["attention_mask-float"], "mask"), new Node("Exp", ["token_type_ids-float"], "types"),
            Column("input_ids-float"), Column("mask"), Column("position_ids-float"), Column("types"),
            new Node("Concat", ["input_ids-float-column", "mask-column", "position_ids-float-column", "types-column"], "tokens", ("axis", 2)));
    }

    public void Save()
    {
        Manifest["files"] = new JsonObject(new[] { "model.onnx", "vocab.txt" }.Select(f => KeyValuePair.Create(
            f, (JsonNode?)Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, f)))))));
        File.WriteAllText(Path.Combine(Folder, "model.json"), Manifest.ToJsonString());
    }

    public TextEncoder Open(EncoderOptions? options = null) => TextEncoder.Open(Folder, options);

    public void Dispose() => _folder.Dispose();
}
