namespace VisualSearch.Search.Catalog;

/// <summary>A picture or video file with all that is known about it, apart from its vectors.</summary>
public sealed record Asset
{
    private static readonly IReadOnlyDictionary<string, FieldValue> NoFields = new Dictionary<string, FieldValue>();

    /// <summary>The catalog's number, from 1 up and never used twice; 0 before the asset is written.</summary>
    public long Id { get; init; }

    /// <summary>The absolute path on disk; an asset is recognised by it.</summary>
    public required string Path { get; init; }

    /// <summary>The folder that was indexed and under which the file was found; empty for a single file or an upload.</summary>
    public string Root { get; init; } = "";

    /// <summary>The path below <see cref="Root"/>, with '/' between its parts: what people see and search.</summary>
    public string RelativePath { get; init; } = "";

    /// <summary>The file's length in bytes when it was indexed.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The file's time of last change, as ticks (100 ns) of <see cref="DateTime"/> in UTC.</summary>
    public long ModifiedTicks { get; init; }

    /// <summary>A digest of the file's bytes as lower-case hexadecimal text.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>A digest of the sidecar that title, tags, text and fields came from; empty without one.</summary>
    public string MetadataDigest { get; init; } = "";

    /// <summary>A caption or title, from a sidecar or an upload.</summary>
    public string? Title { get; init; }

    /// <summary>Labels; compared without regard to case.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Longer text that words are searched in, such as a description.</summary>
    public string? Text { get; init; }

    /// <summary>The file format in lower case, such as <c>jpeg</c>.</summary>
    public string Format { get; init; } = "";

    /// <summary>Width in pixels, upright.</summary>
    public int Width { get; init; }

    /// <summary>Height in pixels, upright.</summary>
    public int Height { get; init; }

    /// <summary>The 64-bit perceptual hash; two near-duplicates differ in few bits.</summary>
    public ulong PerceptualHash { get; init; }

    /// <summary>The average colour as 0xRRGGBB.</summary>
    public uint AverageColor { get; init; }

    /// <summary>
    /// Scalar payload: year, camera, takenAt (ISO 8601) and whatever a sidecar adds. Names are compared without regard to
    /// case; of two names that differ only in case the catalog keeps one. A field with the name of a built-in one (see
    /// <see cref="Retrieval.FilterFields"/>) is kept, but filters and facets read the built-in one.
    /// </summary>
    public IReadOnlyDictionary<string, FieldValue> Fields { get; init; } = NoFields;

    /// <summary>When the asset was written to the catalog last.</summary>
    public DateTimeOffset IndexedAt { get; init; }
}
