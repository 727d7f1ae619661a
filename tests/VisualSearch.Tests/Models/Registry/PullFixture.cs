using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Tests.Models.Registry;

/// <summary>A hub that has one small model with a file of two megabytes among its own, a list of models that names it, and a data folder.</summary>
internal sealed class PullFixture : IDisposable
{
    public const string Repository = "someone/paper";
    public const string Revision = "0123456789abcdef0123456789abcdef01234567";
    public const string Large = "weights.bin";

    private readonly PaperModel _model = new();
    private readonly TemporaryFolder _folder = new();

    public PullFixture()
    {
        byte[] weights = new byte[2 << 20];
        new Random(5).NextBytes(weights);
        File.WriteAllBytes(Path.Combine(_model.Folder, Large), weights);
        foreach (string file in Files)
        {
            Server.Put(PathOf(file), File.ReadAllBytes(Path.Combine(_model.Folder, file)));
        }

        List = JsonNode.Parse($$"""
            { "endpoint": "https://hub.example.org",
              "models": [{ "name": "paper", "title": "Paper", "purpose": "tests", "repository": "{{Repository}}", "revision": "{{Revision}}", "files": {}, "model": {} }] }
            """)!.AsObject();
        Entry["model"] = new JsonObject
        {
            ["dimension"] = 3,
            ["licence"] = "MIT",
            ["image"] = _model.Manifest["image"]!.DeepClone(),
            ["text"] = _model.Manifest["text"]!.DeepClone(),
        };
        foreach (string file in Files)
        {
            Entry["files"]![file] = new JsonObject { ["path"] = "onnx/" + file, ["bytes"] = Bytes(file).Length, ["sha256"] = Sha256(Bytes(file)) };
        }
    }

    public static string[] Files { get; } = ["image.onnx", "text.onnx", "vocab.json", "merges.txt", Large];

    public HubServer Server { get; } = new();

    public JsonObject List { get; }

    public JsonObject Entry => List["models"]![0]!.AsObject();

    public string Data => _folder["data"];

    public ModelLibrary Library => new(Data);

    public string Installed => Path.Combine(Library.Folder, "paper");

    public string Staging => Path.Combine(Library.Folder, ".pull-paper");

    public static string PathOf(string file) => $"/{Repository}/resolve/{Revision}/onnx/{file}";

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(_model.Folder, file));

    public string WriteList() => _folder.Write("registry.json", List.ToJsonString());

    public Task<PullResult> PullAsync(bool again = false, IProgress<PullProgress>? progress = null, Func<string, long>? free = null, string? endpoint = null)
    {
        ModelRegistry registry = ModelRegistry.Load(WriteList(), endpoint ?? Server.Address);
        var options = new DownloadOptions { StallTimeout = TimeSpan.FromMilliseconds(500), Attempts = 3, FirstPause = TimeSpan.FromMilliseconds(10) };
        var puller = free is null
            ? new ModelPuller(Library, registry.Endpoint, options)
            : new ModelPuller(Library, registry.Endpoint, options) { FreeSpace = free };
        return puller.PullAsync(registry.Find("paper"), again, progress);
    }

    /// <summary>The pull must fail with all these words, and leave nothing that passes for a model.</summary>
    public async Task FailsAsync(params string[] said)
    {
        string message = (await Assert.ThrowsAsync<ModelException>(() => PullAsync())).Message;
        Assert.All(said, s => Assert.Contains(s, message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Installed));
        Assert.Empty(Library.Installed());
        Assert.False(File.Exists(Path.Combine(Staging, "model.json")));
    }

    /// <summary>Everything is there, as it was served.</summary>
    public void AssertInstalled()
    {
        Assert.All(Files, f => Assert.Equal(Bytes(f), File.ReadAllBytes(Path.Combine(Installed, f))));
        Assert.Equal(Files.Append("model.json").Append("golden.json").Order(), Directory.EnumerateFiles(Installed).Select(f => Path.GetFileName(f)).Order());
        Assert.Equal(["paper"], Library.Installed());
        Assert.False(Directory.Exists(Staging));
        ModelManifest.Load(Installed).VerifyFiles();
        using DualEncoder encoder = DualEncoder.Open(Installed);
        Assert.Equal(3, encoder.EncodeText("a").Length);
    }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
        _model.Dispose();
    }
}
