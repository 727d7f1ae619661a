using System.Diagnostics;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Generators;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Models;

public sealed class GeneratorTests
{
    [DefaultModelFact]
    public async Task Texts_and_pictures_have_the_encoders_vectors_in_their_order()
    {
        using var folder = new TemporaryFolder();
        DrawnPictures.DrawMany(folder["pictures"], 40);
        string[] paths = [.. Directory.EnumerateFiles(folder["pictures"]).Order(StringComparer.Ordinal)];
        using DualEncoder encoder = DualEncoder.Open(DefaultModelFactAttribute.Folder);
        var reader = new PictureReader();

        using IEmbeddingGenerator<DataContent, Embedding<float>> pictures = encoder.AsPictureGenerator(reader);
        GeneratedEmbeddings<Embedding<float>> found = await pictures.GenerateAsync(paths.Select(p => new DataContent(File.ReadAllBytes(p), "image/jpeg")));
        Assert.Equal(paths.Length, found.Count);
        for (int i = 0; i < paths.Length; i++)
        {
            float[] own = encoder.EncodePicture(reader.Read(PictureSource.FromFile(paths[i]), encoder.Manifest.Fit));
            Assert.All(own.Zip(found[i].Vector.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5));
            Assert.Equal("default", found[i].ModelId);
        }

        using IEmbeddingGenerator<string, Embedding<float>> texts = encoder.AsTextGenerator();
        ReadOnlyMemory<float> vector = await texts.GenerateVectorAsync("a red boat");
        Assert.All(encoder.EncodeText("a red boat").Zip(vector.ToArray()), p => Assert.Equal(p.First, p.Second, 1e-5));
        Assert.Empty(await texts.GenerateAsync([]));
    }

    [Fact]
    public async Task They_say_what_they_are_and_refuse_what_they_are_not()
    {
        using var model = new PaperTextModel("mean");
        using TextEncoder encoder = model.Open();
        using TextEmbeddingGenerator texts = encoder.AsTextGenerator(TextRole.Passage);
        var metadata = (EmbeddingGeneratorMetadata)texts.GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.Equal(("paper-text", 4), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(texts, texts.GetService(typeof(TextEmbeddingGenerator)));
        Assert.Null(texts.GetService(typeof(string)));
        Assert.Null(texts.GetService(typeof(TextEmbeddingGenerator), "a key"));

        string message = (await Assert.ThrowsAsync<ArgumentException>(() => texts.GenerateAsync(["a"], new() { Dimensions = 3 }))).Message;
        Assert.Contains("3 dimensions are asked for, but the model 'paper-text' gives 4", message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => texts.GenerateAsync(["a"], new() { ModelId = "another" }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => texts.GenerateAsync(["a"], null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_passage_gets_the_prefix_of_passages()
    {
        using var model = new PaperTextModel("mean");
        model.Manifest["text"]!["passagePrefix"] = "tell: ";
        model.Save();
        using TextEncoder encoder = model.Open();
        using TextEmbeddingGenerator passages = encoder.AsTextGenerator(TextRole.Passage), queries = encoder.AsTextGenerator(TextRole.Query);
        Assert.Equal(encoder.Encode("a", TextRole.Passage), (await passages.GenerateVectorAsync("a")).ToArray());
        Assert.Equal(encoder.Encode("a", TextRole.Query), (await queries.GenerateVectorAsync("a")).ToArray());
        Assert.NotEqual((await passages.GenerateVectorAsync("a")).ToArray(), (await queries.GenerateVectorAsync("a")).ToArray());
    }

    [DefaultModelFact]
    public async Task A_picture_that_cannot_be_read_ends_the_call()
    {
        using DualEncoder encoder = DualEncoder.Open(DefaultModelFactAttribute.Folder);
        using PictureEmbeddingGenerator pictures = encoder.AsPictureGenerator();
        var broken = new DataContent("no picture"u8.ToArray(), "image/png") { Name = "broken.png" };
        Assert.Contains("broken.png", (await Assert.ThrowsAsync<PictureException>(() => pictures.GenerateAsync([broken]))).Message, StringComparison.Ordinal);
    }

    [DefaultModelFact]
    public void The_example_program_runs()
    {
        using var folder = new TemporaryFolder();
        DrawnPictures.DrawMany(folder["pictures"], 3);
        string[] paths = [.. Directory.EnumerateFiles(folder["pictures"]).Order(StringComparer.Ordinal)];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VisualSearch.Example.dll"), "a red boat", .. paths]);
        Cli.VsearchProcess.Result result = Cli.VsearchProcess.Finish(Cli.VsearchProcess.Start(start));
        Assert.True(result.ExitCode == 0, result.Error);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(paths, lines.Select(l => l[8..].Trim()).Order(StringComparer.Ordinal));
        double[] cosines = [.. lines.Select(l => double.Parse(l[..6]))];
        Assert.Equal(cosines.OrderDescending(), cosines);
    }
}
