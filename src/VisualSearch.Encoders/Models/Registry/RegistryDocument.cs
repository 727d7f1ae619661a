using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary><c>registry.json</c> as it stands in the file: anything may be missing. <see cref="ModelRegistry"/> checks it.</summary>
internal sealed record RegistryDocument(string? Endpoint, List<EntryDocument?>? Models);

internal sealed record EntryDocument(
    string? Name,
    string? Title,
    string? Purpose,
    string? Repository,
    string? Revision,
    Dictionary<string, FileDocument?>? Files,
    JsonObject? Model,
    PublishedDocument? Published);

internal sealed record FileDocument(string? Path, long? Bytes, string? Sha256, string? Repository, string? Revision);

internal sealed record PublishedDocument(string? Source, List<LeadingDocument>? Leading, List<CosineDocument>? Cosines);

/// <summary>The first values of a text's vector, as someone published them; the text has no prefix.</summary>
internal sealed record LeadingDocument(string Text, float[] Values, float Tolerance);

/// <summary>The cosine of two texts' vectors, as someone published it; the texts have no prefix.</summary>
internal sealed record CosineDocument(string First, string Second, float Cosine, float Tolerance);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RegistryDocument))]
internal sealed partial class RegistryJson : JsonSerializerContext;
