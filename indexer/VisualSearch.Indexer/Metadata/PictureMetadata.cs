using VisualSearch.Search.Catalog;

namespace VisualSearch.Indexer.Metadata;

/// <summary>What people say about a picture: its sidecar's content.</summary>
public sealed record PictureMetadata
{
    /// <summary>No sidecar.</summary>
    public static PictureMetadata None { get; } = new();

    /// <summary>A short title, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Tags, in the order given, without repetition.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Longer text to search in, or null.</summary>
    public string? Text { get; init; }

    /// <summary>Every other scalar member, by name; filters and facets can use them.</summary>
    public IReadOnlyDictionary<string, FieldValue> Fields { get; init; } = new Dictionary<string, FieldValue>();

    /// <summary>A digest of the sidecar's bytes, hexadecimal; empty without one. A changed sidecar changes it.</summary>
    public string Digest { get; init; } = "";

    /// <summary>A title made from a file name, for pictures without one: "n02088364_beagle.JPEG" gives "n02088364 beagle".</summary>
    public static string TitleFromFileName(string path) =>
        string.Join(' ', Path.GetFileNameWithoutExtension(path).Split(['_', '-', '.', ' '], StringSplitOptions.RemoveEmptyEntries));
}
