using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>
/// <c>golden.json</c> of a model folder: fixed inputs with the vectors that the model must give for them. The default model's come from
/// its training, PyTorch and Pillow; a pulled model's are those that it gave when it was installed, and beside them what others published.
/// </summary>
/// <param name="About">For those who open the file.</param>
/// <param name="Origin">Where the vectors come from: <see cref="Recorded"/>, or null for training.</param>
/// <param name="LeastCosine">How alike a vector must be; null for what float32 weights allow. Weights of 8 bits need less.</param>
/// <param name="Texts">Texts with their vectors.</param>
/// <param name="Pictures">Drawn pictures with their vectors.</param>
/// <param name="Files">Pictures in files with their vectors.</param>
/// <param name="Published">What others published.</param>
internal sealed record GoldenFile(
    string? About,
    string? Origin,
    float? LeastCosine,
    List<GoldenText>? Texts,
    List<GoldenPicture>? Pictures,
    List<GoldenStored>? Files,
    PublishedDocument? Published)
{
    /// <summary>Its name in a model folder.</summary>
    public const string Name = "golden.json";

    /// <summary>The value of <see cref="Origin"/> where the vectors are the model's own of an earlier day.</summary>
    public const string Recorded = "recorded";

    private static readonly string[] Sentences =
        ["a photo of a dog", "Two red boats under a yellow sun", "the cat's  7 \"lives\"!", "Ein Café an der Straße", ""];

    /// <summary>Reads the file of a folder.</summary>
    /// <returns>Null where the folder has none.</returns>
    /// <exception cref="ModelException">It can't be read.</exception>
    public static GoldenFile? Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), GoldenJson.Default.GoldenFile) : null;
        }
        catch (JsonException e)
        {
            throw new ModelException($"'{path}' is no valid JSON at {e.Path ?? "$"}: {e.Message} Install the model again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"'{path}' cannot be read: {e.Message} Check its permissions and the disk.", e);
        }
    }

    /// <summary>Writes what a model gives now.</summary>
    /// <param name="folder">The model's.</param>
    /// <param name="published">What others published for it; null for nothing.</param>
    /// <exception cref="ModelException">The model can't be used.</exception>
    public static void Record(string folder, PublishedDocument? published)
    {
        using var model = new GoldenModel(folder);
        var texts = new List<GoldenText>();
        foreach (string text in Sentences)
        {
            foreach (TextRole role in (TextRole[])[TextRole.Query, TextRole.Passage])
            {
                texts.Add(new GoldenText(text, model.Ids(text), role.ToString().ToLowerInvariant(), model.Text(text, role)));
            }
        }

        List<GoldenPicture>? pictures = model.HasPictures ? [.. GoldenPictures.Names.Select(n => new GoldenPicture(n, model.Drawn(n)))] : null;
        List<GoldenStored>? files = model.HasPictures ? [new GoldenStored(GoldenPictures.StoredName, model.Stored())] : null;
        var golden = new GoldenFile(
            "Vectors that this model gave when it was installed: they show later damage, not whether it was right from the start.",
            Recorded, null, texts, pictures, files, published);
        File.WriteAllBytes(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(golden, GoldenJson.Default.GoldenFile));
    }
}

/// <summary>A text, its token ids without a prefix, and its vector.</summary>
internal sealed record GoldenText(string Text, int[]? Ids, string? Role, float[] Vector);

/// <summary>A picture that is drawn by a formula at the model's own size, so that nothing is resized.</summary>
internal sealed record GoldenPicture(string Name, float[] Vector);

/// <summary>A picture in a file, which is decoded and resized.</summary>
internal sealed record GoldenStored(string Name, float[] Vector);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GoldenFile))]
internal sealed partial class GoldenJson : JsonSerializerContext;
