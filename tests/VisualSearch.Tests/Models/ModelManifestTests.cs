using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Models;

public sealed class ModelManifestTests
{
    [Fact]
    public void Every_value_is_read()
    {
        using var model = new PaperModel();
        model.Manifest["image"]!["resize"] = "center-crop";
        model.Manifest["image"]!["quality"] = "reference";
        model.Manifest["image"]!["patches"] = "patch_embeds";
        model.Manifest["image"]!["patchSize"] = 8;
        model.Manifest["image"]!["regionSize"] = 32;
        model.Manifest["image"]!["kernel"] = "linear";
        model.Manifest["text"]!["fill"] = "full";
        model.Manifest["text"]!["queryPrefix"] = "query: ";
        model.Manifest["text"]!["passagePrefix"] = "passage: ";
        model.SaveManifest();

        ModelManifest manifest = ModelManifest.Load(model.Folder);

        Assert.Equal(("paper", "1.2.3", 3), (manifest.Name, manifest.Version, manifest.Dimension));
        Assert.Equal(("MIT", "a test"), (manifest.Licence, manifest.Source));
        Assert.Equal(new PictureFit(16, ResizeRule.CenterCrop, ResizeQuality.Reference, ResizeKernel.Linear), manifest.Fit);
        Assert.Equal((new RegionPatches("patch_embeds", 32, 8), 4), (manifest.Image!.Regions, manifest.Image!.Regions!.Side));
        Assert.Equal([0.5f, 0.25f, 0f], manifest.Image!.Mean);
        Assert.Equal([0.5f, 0.25f, 1f], manifest.Image!.Std);
        Assert.Equal((8, 0), (manifest.Text.MaxTokens, manifest.Text.Padding));
        Assert.Equal((TextFill.Full, "query: ", "passage: "), (manifest.Text.Fill, manifest.Text.QueryPrefix, manifest.Text.PassagePrefix));
        Assert.Equal(4, manifest.Files.Count);
    }

    [Fact]
    public void The_fingerprint_names_the_model_and_changes_with_what_vectors_depend_on()
    {
        using var model = new PaperModel();
        string before = ModelManifest.Load(model.Folder).Fingerprint;
        Assert.Matches("^paper@1\\.2\\.3\\+[0-9a-f]{12}$", before);

        model.Manifest["source"] = "elsewhere";
        model.SaveManifest();
        Assert.Equal(before, ModelManifest.Load(model.Folder).Fingerprint);

        HashSet<string> seen = [before];
        foreach (Action<PaperModel> change in (Action<PaperModel>[])[
            m => m.Manifest["version"] = "1.2.4",
            m => m.Manifest["image"]!["quality"] = "reference",
            m => m.Manifest["image"]!["mean"]![0] = 0.4,
            m => m.Manifest["image"]!["kernel"] = "linear",
            m => m.Manifest["text"]!["maxTokens"] = 7,
            m => m.Manifest["text"]!["pooling"] = "mean",
            m => m.Manifest["text"]!["pooling"] = "last",
            m => m.Manifest["text"]!["fill"] = "full",
            m => m.Manifest["text"]!["queryPrefix"] = "query: ",
            m => m.Manifest["text"]!["passagePrefix"] = "passage: ",
            m => m.Manifest["text"]!["tokenizer"] = WordPiece(),
            m => m.Manifest["text"]!["tokenizer"]!["unknown"] = "[MASK]",
            m => m.Manifest["files"]!["text.onnx"] = new string('0', 64)])
        {
            change(model);
            model.SaveManifest();
            Assert.True(seen.Add(ModelManifest.Load(model.Folder).Fingerprint));
        }
    }

    [Fact]
    public void Models_of_before_keep_their_fingerprint()
    {
        // A collection made by an earlier version holds this text, and must open with the model it was made with.
        using var model = new PaperModel();
        foreach (string file in (string[])["image.onnx", "text.onnx", "vocab.json", "merges.txt"])
        {
            model.Manifest["files"]![file] = new string('1', 64);
        }

        model.SaveManifest();
        Assert.Equal("paper@1.2.3+6e5efd6f8c8b", ModelManifest.Load(model.Folder).Fingerprint);
    }

    private static System.Text.Json.Nodes.JsonNode WordPiece() => System.Text.Json.Nodes.JsonNode.Parse(
        """{ "kind": "wordpiece", "vocabulary": "vocab.json", "start": "[CLS]", "end": "[SEP]", "unknown": "[UNK]" }""")!;

    [Fact]
    public void The_default_model_is_found_where_it_is_named_else_beside_or_above()
    {
        using var model = new PaperModel();
        string root = Directory.CreateTempSubdirectory("vsearch-locate-").FullName;
        try
        {
            string program = Directory.CreateDirectory(Path.Combine(root, "program", "bin")).FullName;
            string work = Directory.CreateDirectory(Path.Combine(root, "work")).FullName;
            Assert.Equal(model.Folder, DefaultModel.Locate(model.Folder, program, work));
            string message = Assert.Throws<ModelException>(() => DefaultModel.Locate(root, program, work)).Message;
            Assert.Contains(root, message, StringComparison.Ordinal);
            message = Assert.Throws<ModelException>(() => DefaultModel.Locate(null, program, work)).Message;
            Assert.Contains(program, message, StringComparison.Ordinal);

            string above = Directory.CreateDirectory(Path.Combine(work, "models", "default")).FullName;
            File.Copy(Path.Combine(model.Folder, "model.json"), Path.Combine(above, "model.json"));
            Assert.Equal(above, DefaultModel.Locate(null, program, work));

            string beside = Directory.CreateDirectory(Path.Combine(program, "models", "default")).FullName;
            File.Copy(Path.Combine(model.Folder, "model.json"), Path.Combine(beside, "model.json"));
            Assert.Equal(beside, DefaultModel.Locate("", program, work));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
