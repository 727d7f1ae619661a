using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Tests.Models.Registry;

/// <summary>The golden vectors find what would otherwise only make search worse: a copy of the default model is broken in each way.</summary>
public sealed class GoldenCheckTests
{
    [DefaultModelFact]
    public void The_default_model_computes_what_pytorch_and_pillow_did()
    {
        GoldenReport report = GoldenCheck.Run(DefaultModelFactAttribute.Folder);
        Assert.All(report.Results, r => Assert.True(r.IsRight, $"{r.Name}: {r.Found}"));
        Assert.Contains("PyTorch and Pillow", report.Origin, StringComparison.Ordinal);
        Assert.Contains(report.Results, r => r.Name.StartsWith("text", StringComparison.Ordinal));
        Assert.Contains(report.Results, r => r.Name.StartsWith("picture", StringComparison.Ordinal));
        Assert.Contains(report.Results, r => r.Name == "file golden.png");
    }

    // What a hand slips in when it writes a manifest.
    [DefaultModelTheory]
    [InlineData("resize", "\"center-crop\"", "file golden.png")]
    [InlineData("kernel", "\"linear\"", "file golden.png")]
    [InlineData("mean", "[0, 0, 0]", "file golden.png", "picture disc")]
    [InlineData("std", "[1, 1, 1]", "file golden.png", "picture gradient")]
    [InlineData("mean", "[0.4, 0.45, 0.48]", "picture checkerboard")]
    public void A_wrong_preprocessing_is_found(string key, string value, params string[] wrong)
    {
        using var folder = new TemporaryFolder();
        JsonObject manifest = Copy(folder);
        manifest["image"]![key] = JsonNode.Parse(value);
        folder.Write("model.json", manifest.ToJsonString());
        AssertWrong(folder.Path, wrong);
    }

    [DefaultModelFact]
    public void Another_tokenizer_is_found()
    {
        using var folder = new TemporaryFolder();
        JsonObject manifest = Copy(folder);
        string[] merges = File.ReadAllLines(folder["merges.txt"]);
        folder.Write("merges.txt", string.Join('\n', merges.Take(50)));
        manifest["files"]!["merges.txt"] = PullFixture.Sha256(File.ReadAllBytes(folder["merges.txt"]));
        folder.Write("model.json", manifest.ToJsonString());
        AssertWrong(folder.Path, "text 'a photo of a dog'");
    }

    // No manifest says it, but a decoder may: the vectors of swapped colours, kept as golden, must not pass for ours.
    [DefaultModelFact]
    public void Swapped_colours_are_found()
    {
        using var folder = new TemporaryFolder();
        Copy(folder);
        using (DualEncoder encoder = DualEncoder.Open(folder.Path))
        {
            JsonObject golden = JsonNode.Parse(File.ReadAllBytes(folder["golden.json"]))!.AsObject();
            var reader = new PictureReader();
            RgbPicture stored = reader.Read(PictureSource.FromFile(Path.Combine(SharedData.Repository, "models", "golden.png")), encoder.Manifest.Fit);
            golden["files"] = new JsonArray(new JsonObject
            {
                ["name"] = "golden.png",
                ["vector"] = JsonSerializer.SerializeToNode(encoder.EncodePicture(Swap(stored))),
            });
            golden["pictures"] = new JsonArray(new JsonObject
            {
                ["name"] = "disc",
                ["vector"] = JsonSerializer.SerializeToNode(encoder.EncodePicture(Swap(GoldenPictures.Draw("disc", stored.Width)!))),
            });
            folder.Write("golden.json", golden.ToJsonString());
        }

        AssertWrong(folder.Path, "file golden.png", "picture disc");
    }

    [Fact]
    public void What_a_model_gave_when_it_was_installed_shows_later_damage()
    {
        using var model = new PaperModel();
        Assert.Empty(GoldenCheck.Run(model.Folder).Results);
        GoldenFile.Record(model.Folder, published: null);
        GoldenReport report = GoldenCheck.Run(model.Folder);
        Assert.True(report.IsRight && report.Results.Count > 10);
        Assert.Contains("nothing says that they were right from the start", report.Origin, StringComparison.Ordinal);

        model.Manifest["image"]!["mean"] = new JsonArray(0.5, 0.5, 0.5);
        model.SaveManifest();
        AssertWrong(model.Folder, "file golden.png");
    }

    [Fact]
    public void Published_values_are_compared_without_a_prefix()
    {
        using var model = new PaperTextModel("mean");
        model.Manifest["text"]!["queryPrefix"] = "ask: ";
        model.Save();
        float[] bare = [3, MathF.E, 1, 1];
        float norm = MathF.Sqrt(bare.Sum(v => v * v));
        var published = new PublishedDocument(
            "a paper", [new LeadingDocument("a", [bare[0] / norm, bare[1] / norm], 0.0001f)], [new CosineDocument("a", "a", 1, 0.0001f)]);
        GoldenFile.Record(model.Folder, published);
        GoldenReport report = GoldenCheck.Run(model.Folder);
        Assert.True(report.IsRight);
        Assert.Contains("published by a paper", report.Origin, StringComparison.Ordinal);

        GoldenFile.Record(model.Folder, published with { Cosines = [new CosineDocument("a", "b", 0.1f, 0.01f)] });
        AssertWrong(model.Folder, "published cosine of 'a' and 'b'");
    }

    private static void AssertWrong(string folder, params string[] names)
    {
        GoldenReport report = GoldenCheck.Run(folder);
        Assert.False(report.IsRight);
        Assert.All(names, n => Assert.Contains(report.Results, r => r.Name == n && !r.IsRight));
    }

    private static JsonObject Copy(TemporaryFolder folder)
    {
        foreach (string file in Directory.EnumerateFiles(DefaultModelFactAttribute.Folder))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        return JsonNode.Parse(File.ReadAllBytes(folder["model.json"]))!.AsObject();
    }

    private static RgbPicture Swap(RgbPicture picture)
    {
        byte[] pixels = (byte[])picture.Pixels.Clone();
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        }

        return new RgbPicture(picture.Width, picture.Height, pixels);
    }
}

/// <summary>As <see cref="DefaultModelFactAttribute"/>, for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DefaultModelTheoryAttribute : TheoryAttribute
{
    /// <summary>Marks a test.</summary>
    public DefaultModelTheoryAttribute()
    {
        if (!File.Exists(Path.Combine(DefaultModelFactAttribute.Folder, "model.json")))
        {
            Skip = "models/default holds no model.json yet.";
        }
    }
}
