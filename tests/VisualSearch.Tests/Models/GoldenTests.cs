using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Tests.Models;

/// <summary>
/// The default model computes here what it computed where it was trained: golden.json beside it holds texts with their token ids
/// and vectors, and pictures given by formulas, all written by PyTorch.
/// </summary>
public sealed class GoldenTests
{
    // The optimised graph adds in another order than PyTorch; golden.json is rounded to six decimals.
    private const double MostDifference = 1e-4;
    private const double LeastCosine = 0.9999;

    [DefaultModelFact]
    public void Texts_have_the_ids_and_vectors_of_training()
    {
        using JsonDocument golden = Golden();
        using DualEncoder encoder = DualEncoder.Open(DefaultModelFactAttribute.Folder);
        TokenizerFiles files = encoder.Manifest.Text.Tokenizer;
        ClipTokenizer tokenizer = ClipTokenizer.Load(InModel(files.Vocabulary), InModel(files.Merges!), files.Start!, files.End);
        JsonElement[] entries = [.. golden.RootElement.GetProperty("texts").EnumerateArray()];
        Assert.True(entries.Length >= 5);

        foreach (JsonElement entry in entries)
        {
            string text = entry.GetProperty("text").GetString()!;
            Assert.Equal(entry.GetProperty("ids").Deserialize<int[]>(), tokenizer.Encode(text, encoder.Manifest.Text.MaxTokens));
            AssertAlike(entry, encoder.EncodeText(text), text);
        }

        // All in one batch, where the shorter ones are padded.
        float[] together = new float[entries.Length * encoder.Dimension];
        encoder.EncodeTexts([.. entries.Select(e => e.GetProperty("text").GetString()!)], together);
        for (int i = 0; i < entries.Length; i++)
        {
            AssertAlike(entries[i], together.AsSpan(i * encoder.Dimension, encoder.Dimension), entries[i].GetProperty("text").GetString()!);
        }
    }

    [DefaultModelFact]
    public void Pictures_have_the_vectors_of_training()
    {
        using JsonDocument golden = Golden();
        using DualEncoder encoder = DualEncoder.Open(DefaultModelFactAttribute.Folder, new EncoderOptions { MaxBatch = 3 });
        JsonElement[] entries = [.. golden.RootElement.GetProperty("pictures").EnumerateArray()];
        Assert.True(entries.Length >= 4);
        RgbPicture[] pictures = [.. entries.Select(e => Draw(e, encoder.Manifest.Image!.Size))];

        float[] vectors = new float[entries.Length * encoder.Dimension];
        encoder.EncodePictures(pictures, vectors);

        for (int i = 0; i < entries.Length; i++)
        {
            AssertAlike(entries[i], vectors.AsSpan(i * encoder.Dimension, encoder.Dimension), entries[i].GetProperty("name").GetString()!);
        }
    }

    private static RgbPicture Draw(JsonElement entry, int size)
    {
        string name = entry.GetProperty("name").GetString()!;
        byte[] pixels = new byte[size * size * 3];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (int red, int green, int blue) = Pixel(name, x, y);
                int at = 3 * ((y * size) + x);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)red, (byte)green, (byte)blue);
            }
        }

        byte[] first = [.. entry.GetProperty("firstPixels").EnumerateArray().SelectMany(p => p.EnumerateArray()).Select(v => v.GetByte())];
        Assert.Equal(first, pixels[..first.Length]);
        return new RgbPicture(size, size, pixels);
    }

    // The formulas stand in golden.json, in words.
    private static (int Red, int Green, int Blue) Pixel(string name, int x, int y) => name switch
    {
        "gradient" => (4 * x, 4 * y, 2 * (x + y)),
        "checkerboard" => ((x / 8) + (y / 8)) % 2 == 0 ? (220, 40, 60) : (20, 120, 230),
        "disc" => ((x - 32) * (x - 32)) + ((y - 32) * (y - 32)) <= 400 ? (250, 210, 40) : (90, 160, 240),
        "hash" => (Hash(x, y, 0), Hash(x, y, 1), Hash(x, y, 2)),
        _ => throw new InvalidDataException($"golden.json has a picture '{name}' that this test cannot draw: add its formula."),
    };

    private static int Hash(int x, int y, int channel) => ((37 * x) + (101 * y) + (59 * channel) + (x * y)) % 256;

    private static void AssertAlike(JsonElement entry, ReadOnlySpan<float> actual, string what)
    {
        float[] expected = entry.GetProperty("vector").Deserialize<float[]>()!;
        Assert.Equal(expected.Length, actual.Length);
        double dot = 0, most = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            dot += (double)expected[i] * actual[i];
            most = Math.Max(most, Math.Abs(expected[i] - actual[i]));
        }

        Assert.True(dot >= LeastCosine && most <= MostDifference, $"{what}: cosine {dot:F6}, greatest difference {most:E2}");
    }

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllBytes(InModel("golden.json")));

    private static string InModel(string file) => Path.Combine(DefaultModelFactAttribute.Folder, file);
}

/// <summary>A test of the model in models/default: skipped only while that folder holds none, or development data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DefaultModelFactAttribute : FactAttribute
{
    /// <summary>Marks a test; <paramref name="shared"/>, if any, is a path below the shared folder that it needs too.</summary>
    public DefaultModelFactAttribute(params string[] shared)
    {
        if (!File.Exists(Path.Combine(Folder, "model.json")))
        {
            Skip = "models/default holds no model.json yet.";
        }
        else if (shared.Length > 0 && SharedData.Path(shared) is null)
        {
            Skip = $"Needs development data: '{string.Join('/', shared)}' in ../shared, or in the folder that VSEARCH_SHARED names.";
        }
    }

    /// <summary>The default model of this repository.</summary>
    public static string Folder { get; } = Path.Combine(SharedData.Repository, "models", "default");
}
