using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Tests.Models.Registry;

public sealed class ModelLibraryTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly TwoModels _models = new();

    public void Dispose()
    {
        _models.Dispose();
        _data.Dispose();
    }

    [Fact]
    public void A_model_is_named_by_its_folder_as_default_or_by_its_installed_name()
    {
        var library = new ModelLibrary(_data.Path);
        Assert.Equal(_models.FirstFolder, library.Resolve(_models.FirstFolder));
        Assert.Equal(DefaultModel.Locate(), library.Resolve("default"));
        Assert.Empty(library.Installed());
        Install(_models.SecondFolder, "b");
        Assert.Equal(["b"], library.Installed());
        Assert.Equal(_data["models", "b"], library.Resolve("b"));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("../models/b")]
    [InlineData("..")]
    [InlineData("b/../b")]
    public void What_is_no_model_is_refused_saying_what_there_is(string name)
    {
        Install(_models.SecondFolder, "b");
        string message = Assert.Throws<ModelException>(() => new ModelLibrary(_data.Path).Resolve(name)).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_found_by_its_fingerprint_where_it_was_or_among_the_installed()
    {
        var library = new ModelLibrary(_data.Path);
        string wanted = _models.SecondFingerprint;
        Assert.Null(library.Find(wanted));
        Assert.Equal(_models.SecondFolder, library.Find(wanted, _models.SecondFolder));
        // Another model lies there by now.
        Assert.Null(library.Find(wanted, _models.FirstFolder));
        Install(_models.FirstFolder, "a");
        Install(_models.SecondFolder, "b");
        Directory.CreateDirectory(_data["models", "0-damaged"]);
        File.WriteAllText(_data["models", "0-damaged", "model.json"], "{");
        Assert.Equal(_data["models", "b"], library.Find(wanted, _models.FirstFolder));
        Assert.Equal(DefaultModel.Locate(), library.Find(ModelManifest.Load(DefaultModel.Locate()).Fingerprint));
    }

    [Fact]
    public void A_model_for_texts_only_is_refused_for_pictures()
    {
        Install(_models.FirstFolder, "sentences");
        string path = _data["models", "sentences", "model.json"];
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        manifest.Remove("image");
        File.WriteAllText(path, manifest.ToJsonString());
        string message = Assert.Throws<ModelException>(() => ModelManifest.LoadForPictures(_data["models", "sentences"])).Message;
        Assert.Contains("texts only", message, StringComparison.Ordinal);
        Assert.Equal("paper", ModelManifest.LoadForPictures(_models.FirstFolder).Name);
    }

    private void Install(string folder, string name)
    {
        Directory.CreateDirectory(_data["models", name]);
        foreach (string file in Directory.GetFiles(folder)) File.Copy(file, _data["models", name, Path.GetFileName(file)]);
    }
}
