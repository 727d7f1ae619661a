using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Tests.Models.Registry;

public sealed class ModelRegistryTests
{
    [Fact]
    public void The_list_holds_the_models_promised_each_with_a_manifest_that_can_be_read()
    {
        ModelRegistry registry = ModelRegistry.Load(null, null);
        Assert.Equal(
            ["clip-vit-b-32", "clip-vit-l-14", "mobileclip-s0", "mobileclip-s1", "mobileclip-s2", "siglip-base", "tinyclip",
             "all-minilm-l6-v2", "bge-small-en-v1.5", "multilingual-e5-small"],
            registry.Entries.Select(e => e.Name));
        using var folder = new TemporaryFolder();
        foreach (RegistryEntry entry in registry.Entries)
        {
            // A digest is filled in where the list leaves that to the first pull.
            ModelPuller.WriteManifest(entry, folder.Path, entry.Files.ToDictionary(f => f.Name, f => f.Sha256 ?? new string('0', 64)));
            ModelManifest manifest = ModelManifest.Load(folder.Path);
            Assert.Equal((entry.Name, entry.Dimension, entry.Licence), (manifest.Name, manifest.Dimension, manifest.Licence));
            Assert.Equal(entry.HasPictures, manifest.Image is not null);
            Assert.All(manifest.UsedFiles, used => Assert.Contains(entry.Files, f => f.Name == used));
            Assert.All(entry.Files, f => Assert.Contains(f.Name, manifest.UsedFiles));
            Assert.All(entry.Files, f => Assert.True(f.Sha256 is null || f.Revision.Length == 40, $"{entry.Name}: a digest goes with a commit."));
        }
    }

    [Fact]
    public void The_addresses_are_the_hubs_or_a_mirrors()
    {
        RegistryFile file = ModelRegistry.Load(null, null).Find("clip-vit-l-14").Files.Single(f => f.Name == "vocab.json");
        Assert.Equal(
            "https://huggingface.co/Xenova/clip-vit-base-patch32/resolve/d15189d7028b43f1d3e65039190477f6af591c2a/vocab.json",
            file.Address(ModelRegistry.Load(null, "").Endpoint).AbsoluteUri);
        Assert.StartsWith("http://mirror.example.org/hub/Xenova/", file.Address(ModelRegistry.Load(null, "http://mirror.example.org/hub/").Endpoint).AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", Assert.Throws<ModelException>(() => ModelRegistry.Load(null, "mirror")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_told_with_all_known_ones()
    {
        string message = Assert.Throws<ModelException>(() => ModelRegistry.Load(null, null).Find("clip")).Message;
        Assert.Contains("'clip'", message, StringComparison.Ordinal);
        Assert.Contains("clip-vit-b-32, clip-vit-l-14", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("""{"endpoint":"https://a"}""", "$.models is missing")]
    [InlineData("""{"endpoint":"https://a","models":[{}]}""", "$.models[0].name is missing or empty")]
    [InlineData("""{"endpoint":"https://a","models":[{"name":"../x"}]}""", "$.models[0].name is '../x'")]
    [InlineData("""{"endpoint":"https://a","models":[{"name":"x","title":"X","purpose":"p","model":{"licence":"MIT","dimension":3}}]}""", "$.models[0].files is missing")]
    [InlineData("""{"endpoint":"https://a","models":[{"name":"x","title":"X","purpose":"p","repository":"r","revision":"v","files":{"../f":{}},"model":{"licence":"MIT","dimension":3}}]}""", "$.models[0].files['../f']")]
    [InlineData("""{"endpoint":"https://a","models":[{"name":"x","title":"X","purpose":"p","repository":"r","revision":"v","files":{"f":{"sha256":"12"}},"model":{"licence":"MIT","dimension":3}}]}""", "sha256 is '12'")]
    public void A_fault_in_a_list_names_its_place(string json, string said)
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<ModelException>(() => ModelRegistry.Load(folder.Write("registry.json", json), null)).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_in_use_is_the_chosen_one_else_the_default()
    {
        using var folder = new TemporaryFolder();
        using var paper = new PaperModel();
        var library = new ModelLibrary(folder["data"]);
        Assert.Null(library.Chosen());
        Assert.Empty(library.Installed());
        Assert.Contains("'vsearch models pull paper'", Assert.Throws<ModelException>(() => library.Use("paper")).Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => library.Use("../paper"));

        Directory.CreateDirectory(library.Folder);
        Copy(paper.Folder, library.FolderOf("paper"));
        Copy(paper.Folder, Path.Combine(library.Folder, ".pull-other"));
        Assert.Equal(["paper"], library.Installed());
        Assert.Equal("paper", library.Use("paper").Name);
        Assert.Equal("paper", library.Chosen());
        Assert.Equal(library.FolderOf("paper"), library.LocateInUse());
        Assert.Equal("default", library.Use("default").Name);
        Assert.Null(library.Chosen());

        using var sentences = new PaperTextModel("mean");
        Copy(sentences.Folder, library.FolderOf("sentences"));
        Assert.Contains("for texts only", Assert.Throws<ModelException>(() => library.Use("sentences")).Message, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
