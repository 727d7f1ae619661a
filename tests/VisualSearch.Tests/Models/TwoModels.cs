using System.Text.Json.Nodes;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Models;

/// <summary>
/// Two small models with vectors of as many numbers that differ in what they mean: one sees colours as they are, the other weighs them
/// otherwise. A query of one compared with vectors of the other gives similarities that neither gives by itself.
/// </summary>
internal sealed class TwoModels : IDisposable
{
    private readonly PaperModel _first = new();
    private readonly PaperModel _second = new();

    public TwoModels()
    {
        _second.Manifest["name"] = "paper-b";
        _second.Manifest["image"]!["mean"] = new JsonArray(0.1, 0.8, 0.4);
        _second.Manifest["image"]!["std"] = new JsonArray(1, 0.2, 0.5);
        _second.Save();
        First = DualEncoder.Open(_first.Folder, new EncoderOptions { Threads = 1 });
        Second = DualEncoder.Open(_second.Folder, new EncoderOptions { Threads = 1 });
    }

    public DualEncoder First { get; }

    public DualEncoder Second { get; }

    public string FirstFolder => _first.Folder;

    public string SecondFolder => _second.Folder;

    public string SecondFingerprint => Second.Manifest.Fingerprint;

    /// <summary>What a model makes of a file, by itself.</summary>
    public static float[] Encode(DualEncoder encoder, string file) =>
        encoder.EncodePicture(new PictureReader().Read(PictureSource.FromFile(file), encoder.Manifest.Fit));

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}
