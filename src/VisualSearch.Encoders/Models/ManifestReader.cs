using System.Text.Json;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models;

/// <summary>Reads <c>model.json</c> and checks every value; each fault names the file, the JSON path, the value and the remedy.</summary>
internal sealed class ManifestReader
{
    private readonly string _path;

    private ManifestReader(string path) => _path = path;

    /// <summary>Reads the manifest of a folder.</summary>
    public static ModelManifest Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        string path = Path.Combine(folder, ModelManifest.FileName);
        try
        {
            ManifestDocument? document = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.ManifestDocument);
            return new ManifestReader(path).Build(folder, document);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException(
                $"There is no model in '{folder}': it has no model.json. Name a folder that holds one, or install the model again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"'{path}' cannot be read: {e.Message} Check its permissions and the disk.", e);
        }
        catch (JsonException e)
        {
            throw new ModelException(
                $"'{path}' is no valid model.json at {e.Path ?? "$"} (line {e.LineNumber + 1}): {e.Message} "
                + "Correct it, or install the model again.", e);
        }
    }

    private ModelManifest Build(string folder, ManifestDocument? document)
    {
        document = Present(document, "$");
        ImageTower image = Build(Present(document.Image, "$.image"));
        TextTower text = Build(Present(document.Text, "$.text"));
        Dictionary<string, string?> files = Present(document.Files, "$.files");
        foreach (string used in (string[])[image.File, text.File, text.Tokenizer.Vocabulary, text.Tokenizer.Merges])
        {
            if (!files.ContainsKey(used))
            {
                throw Fault("$.files", $"has no SHA-256 for '{used}', which the model uses; add it (sha256sum {used})");
            }
        }

        return new ModelManifest
        {
            Folder = folder,
            Name = Word(document.Name, "$.name"),
            Version = Word(document.Version, "$.version"),
            Dimension = Within(document.Dimension, 2, 8192, "$.dimension"),
            Licence = Filled(document.Licence, "$.licence"),
            Source = Filled(document.Source, "$.source"),
            Files = files.ToDictionary(f => FileIn(f.Key, $"$.files['{f.Key}']"), f => Sha256(f.Value, $"$.files['{f.Key}']")),
            Image = image,
            Text = text,
        };
    }

    private ImageTower Build(ImageDocument image) => new()
    {
        File = FileIn(image.File, "$.image.file"),
        Input = Filled(image.Input, "$.image.input"),
        Output = Filled(image.Output, "$.image.output"),
        Patches = image.Patches is null ? null : Filled(image.Patches, "$.image.patches"),
        Size = Within(image.Size, 16, 1024, "$.image.size"),
        Resize = OneOf(image.Resize, "$.image.resize", ("squash", ResizeRule.Squash), ("center-crop", ResizeRule.CenterCrop)),
        Quality = OneOf(image.Quality, "$.image.quality", ("fast", ResizeQuality.Fast), ("reference", ResizeQuality.Reference)),
        Mean = Three(image.Mean, float.MinValue, "a number", "$.image.mean"),
        Std = Three(image.Std, float.Epsilon, "a number above 0", "$.image.std"),
        Layout = OneOf(image.Layout, "$.image.layout", ("NCHW", "NCHW")),
    };

    private TextTower Build(TextDocument text)
    {
        TokenizerDocument tokenizer = Present(text.Tokenizer, "$.text.tokenizer");
        return new TextTower
        {
            File = FileIn(text.File, "$.text.file"),
            Input = Filled(text.Input, "$.text.input"),
            Output = Filled(text.Output, "$.text.output"),
            MaxTokens = Within(text.MaxTokens, 2, 4096, "$.text.maxTokens"),
            Padding = Within(text.Padding, 0, int.MaxValue, "$.text.padding"),
            Pooling = OneOf(text.Pooling, "$.text.pooling", ("model", "model")),
            Tokenizer = new TokenizerFiles
            {
                Kind = OneOf(tokenizer.Kind, "$.text.tokenizer.kind", ("clip-bpe", "clip-bpe")),
                Vocabulary = FileIn(tokenizer.Vocabulary, "$.text.tokenizer.vocabulary"),
                Merges = FileIn(tokenizer.Merges, "$.text.tokenizer.merges"),
                Start = Filled(tokenizer.Start, "$.text.tokenizer.start"),
                End = Filled(tokenizer.End, "$.text.tokenizer.end"),
            },
        };
    }

    private T Present<T>(T? value, string at)
        where T : class
        => value ?? throw Fault(at, "is missing");

    private string Filled(string? value, string at) => string.IsNullOrWhiteSpace(value) ? throw Fault(at, "is missing or empty") : value;

    // Name and version become part of the fingerprint, where '@' and '+' divide them.
    private string Word(string? value, string at)
    {
        value = Filled(value, at);
        return value.Length <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? value
            : throw Fault(at, $"is '{value}'; write up to 64 letters, digits, '.', '-' or '_'");
    }

    // A manifest may come from elsewhere: it must not reach out of its own folder.
    private string FileIn(string? value, string at)
    {
        value = Filled(value, at);
        return value is not ("." or "..") && value.AsSpan().IndexOfAny('/', '\\', ':') < 0 && !value.Contains('\0')
            ? value
            : throw Fault(at, $"is '{value}'; write the name of a file in the model's own folder, without a path");
    }

    private int Within(int? value, int least, int most, string at) => value is null
        ? throw Fault(at, "is missing")
        : value >= least && value <= most ? value.Value : throw Fault(at, $"is {value}; write a whole number from {least} to {most}");

    private T OneOf<T>(string? value, string at, params ReadOnlySpan<(string Name, T Value)> known)
    {
        value = Filled(value, at);
        foreach ((string name, T meaning) in known)
        {
            if (name == value)
            {
                return meaning;
            }
        }

        string names = string.Join("' or '", known.ToArray().Select(k => k.Name));
        throw Fault(at, $"is '{value}', which this version does not know; write '{names}'");
    }

    private float[] Three(float[]? values, float least, string what, string at)
    {
        values = Present(values, at);
        return values.Length == 3 && Array.TrueForAll(values, v => float.IsFinite(v) && v >= least)
            ? values
            : throw Fault(at, $"is [{string.Join(", ", values)}]; write {what} each for red, green and blue");
    }

    private string Sha256(string? value, string at)
        => value is { Length: 64 } && value.All(char.IsAsciiHexDigit)
            ? value.ToLowerInvariant()
            : throw Fault(at, $"is '{value}'; write the file's SHA-256 as 64 hexadecimal digits");

    private ModelException Fault(string at, string what) => new($"'{_path}': {at} {what}. Correct it, or install the model again.");
}
