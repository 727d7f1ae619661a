using System.Text.Json;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models;

/// <summary>Reads <c>model.json</c> and checks every value; each fault names the file, the JSON path, the value and the remedy.</summary>
internal sealed partial class ManifestReader
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
        var manifest = new ModelManifest
        {
            Folder = folder,
            Name = Word(document.Name, "$.name"),
            Version = Word(document.Version, "$.version"),
            Dimension = Within(document.Dimension, 2, 8192, "$.dimension"),
            Licence = Filled(document.Licence, "$.licence"),
            Source = Filled(document.Source, "$.source"),
            Files = Present(document.Files, "$.files")
                .ToDictionary(f => FileIn(f.Key, $"$.files['{f.Key}']"), f => Sha256(f.Value, $"$.files['{f.Key}']")),
            Image = document.Image is null ? null : Build(document.Image),
            Text = Build(Present(document.Text, "$.text")),
        };
        foreach (string used in manifest.UsedFiles)
        {
            if (!manifest.Files.ContainsKey(used))
            {
                throw Fault("$.files", $"has no SHA-256 for '{used}', which the model uses; add it (sha256sum {used})");
            }
        }

        return manifest;
    }

    private ImageTower Build(ImageDocument image) => new()
    {
        Regions = BuildRegions(image),
        File = FileIn(image.File, "$.image.file"),
        Input = Filled(image.Input, "$.image.input"),
        Output = Filled(image.Output, "$.image.output"),
        Size = Within(image.Size, 16, 1024, "$.image.size"),
        Resize = OneOf(image.Resize, "$.image.resize", ("squash", ResizeRule.Squash), ("center-crop", ResizeRule.CenterCrop)),
        Quality = OneOf(image.Quality, "$.image.quality", ("fast", ResizeQuality.Fast), ("reference", ResizeQuality.Reference)),
        Kernel = image.Kernel is null
            ? ResizeKernel.Cubic
            : OneOf(image.Kernel, "$.image.kernel", ("cubic", ResizeKernel.Cubic), ("linear", ResizeKernel.Linear)),
        Mean = Three(image.Mean, float.MinValue, "a number", "$.image.mean"),
        Std = Three(image.Std, float.Epsilon, "a number above 0", "$.image.std"),
        Layout = OneOf(image.Layout, "$.image.layout", ("NCHW", "NCHW")),
    };

    private RegionPatches? BuildRegions(ImageDocument image)
    {
        if (image.RegionSize is null)
        {
            return null;
        }

        var regions = new RegionPatches(
            Filled(image.Patches, "$.image.patches"), Within(image.RegionSize, 16, 1024, "$.image.regionSize"), Within(image.PatchSize, 1, 1024, "$.image.patchSize"));
        return regions.Size % regions.Patch == 0 && regions.Size / regions.Patch <= byte.MaxValue
            ? regions
            : throw Fault("$.image.regionSize", $"is {regions.Size}; write a multiple of $.image.patchSize ({regions.Patch}), at most {byte.MaxValue} times it");
    }

    private TextTower Build(TextDocument text) => new()
    {
        File = FileIn(text.File, "$.text.file"),
        Input = Filled(text.Input, "$.text.input"),
        Output = Filled(text.Output, "$.text.output"),
        MaxTokens = Within(text.MaxTokens, 2, 4096, "$.text.maxTokens"),
        Padding = Within(text.Padding, 0, int.MaxValue, "$.text.padding"),
        Fill = text.Fill is null
            ? TextFill.Longest
            : OneOf(text.Fill, "$.text.fill", ("longest", TextFill.Longest), ("full", TextFill.Full)),
        Pooling = OneOf(
            text.Pooling, "$.text.pooling",
            ("model", TextPooling.Model), ("cls", TextPooling.Cls), ("mean", TextPooling.Mean), ("last", TextPooling.Last)),
        QueryPrefix = text.QueryPrefix ?? "",
        PassagePrefix = text.PassagePrefix ?? "",
        Tokenizer = Build(Present(text.Tokenizer, "$.text.tokenizer")),
    };

    private TokenizerFiles Build(TokenizerDocument tokenizer)
    {
        TokenizerKind kind = OneOf(
            tokenizer.Kind, "$.text.tokenizer.kind",
            ("clip-bpe", TokenizerKind.ClipBpe), ("wordpiece", TokenizerKind.WordPiece), ("sentencepiece", TokenizerKind.SentencePiece));
        bool isBpe = kind == TokenizerKind.ClipBpe, isWordPiece = kind == TokenizerKind.WordPiece, isPieces = kind == TokenizerKind.SentencePiece;
        Unused(tokenizer.Merges, !isBpe, tokenizer.Kind, "merges");
        Unused(tokenizer.Unknown, !isWordPiece, tokenizer.Kind, "unknown");
        Unused(tokenizer.Offset, !isPieces, tokenizer.Kind, "offset");
        Unused(tokenizer.Cleaning, !isPieces, tokenizer.Kind, "cleaning");
        return new TokenizerFiles
        {
            Kind = kind,
            Vocabulary = FileIn(tokenizer.Vocabulary, "$.text.tokenizer.vocabulary"),
            Merges = isBpe ? FileIn(tokenizer.Merges, "$.text.tokenizer.merges") : null,
            Start = isPieces && tokenizer.Start is null ? null : Filled(tokenizer.Start, "$.text.tokenizer.start"),
            End = Filled(tokenizer.End, "$.text.tokenizer.end"),
            Unknown = isWordPiece ? Filled(tokenizer.Unknown, "$.text.tokenizer.unknown") : null,
            Offset = tokenizer.Offset is null ? 0 : Within(tokenizer.Offset, 0, 1, "$.text.tokenizer.offset"),
            Cleaning = tokenizer.Cleaning is null
                ? TextCleaningRule.None
                : OneOf(
                    tokenizer.Cleaning, "$.text.tokenizer.cleaning",
                    ("none", TextCleaningRule.None), ("lower-no-punctuation", TextCleaningRule.LowerNoPunctuation)),
        };
    }

    // A value that is passed over would be taken for one that works.
    private void Unused<T>(T? value, bool isUnused, string? kind, string name)
    {
        if (isUnused && value is not null)
        {
            throw Fault($"$.text.tokenizer.{name}", $"is '{value}', which a tokenizer of kind '{kind}' has no use for; remove it");
        }
    }
}
