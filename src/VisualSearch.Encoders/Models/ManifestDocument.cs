using System.Text.Json.Serialization;

namespace VisualSearch.Encoders.Models;

/// <summary><c>model.json</c> as it stands in the file: anything may be missing. <see cref="ManifestReader"/> checks it.</summary>
internal sealed record ManifestDocument(
    string? Name,
    string? Version,
    int? Dimension,
    string? Licence,
    string? Source,
    Dictionary<string, string?>? Files,
    ImageDocument? Image,
    TextDocument? Text);

internal sealed record ImageDocument(
    string? File,
    string? Input,
    string? Output,
    string? Patches,
    int? PatchSize,
    int? RegionSize,
    int? Size,
    string? Resize,
    string? Quality,
    string? Kernel,
    float[]? Mean,
    float[]? Std,
    string? Layout);

internal sealed record TextDocument(
    string? File,
    string? Input,
    string? Output,
    int? MaxTokens,
    int? Padding,
    string? Fill,
    string? Pooling,
    string? QueryPrefix,
    string? PassagePrefix,
    TokenizerDocument? Tokenizer);

internal sealed record TokenizerDocument(
    string? Kind,
    string? Vocabulary,
    string? Merges,
    string? Start,
    string? End,
    string? Unknown,
    int? Offset,
    string? Cleaning);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ManifestDocument))]
internal sealed partial class ManifestJson : JsonSerializerContext;
