using System.Text.Json;
using VisualSearch.Search;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Api.Contract;

/// <summary>A search, as JSON body or as the fields of a multipart form (there <c>crop</c> and <c>filter</c> are JSON text, and <c>image</c> is a file).</summary>
public sealed record SearchRequest
{
    /// <summary>What to look for, in words.</summary>
    public string? Text { get; init; }

    /// <summary>What the results should not look like, in words.</summary>
    public string? NegativeText { get; init; }

    /// <summary>An item of the collection to look for more like; alone, it is left out of its own results.</summary>
    public long? ImageId { get; init; }

    /// <summary>A picture to look for, base64, optionally as a data URL.</summary>
    public string? Image { get; init; }

    /// <summary>Which part of the picture counts.</summary>
    public CropRequest? Crop { get; init; }

    /// <summary>How many results, 1 to 200.</summary>
    public int K { get; init; } = 20;

    /// <summary>How many to pass over, for paging.</summary>
    public int Offset { get; init; }

    /// <summary>Only items that match, in the filter language: <c>{"field":"tags","eq":"beach"}</c>.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary><c>auto</c>, <c>visual</c>, <c>text</c> or <c>hybrid</c>.</summary>
    public SearchMode Mode { get; init; }

    /// <summary>How hard the vector index looks: more finds more and takes longer; 0 for its default.</summary>
    public int EfSearch { get; init; }

    /// <summary>
    /// <c>none</c>, <c>best</c> (pictures are found by a part of them, and results have a box) or <c>lateInteraction</c>. Left out: <c>best</c> for
    /// a crop where the parts of the collection's pictures were embedded, else <c>none</c>.
    /// </summary>
    public RegionMode? Regions { get; init; }

    /// <summary><c>none</c>, <c>duplicates</c> or <c>asset</c>.</summary>
    public CollapseMode Collapse { get; init; }

    /// <summary>0 (by match alone) to 1 (as different from each other as possible).</summary>
    public double Diversity { get; init; }

    /// <summary>Whether each result says why it is where it is.</summary>
    public bool Explain { get; init; }
}

/// <summary>A part of a picture, in fractions of its upright width and height.</summary>
public sealed record CropRequest(double X, double Y, double Width, double Height);

/// <summary>"More like these, less like those".</summary>
public sealed record RecommendRequest
{
    /// <summary>Items to be like, at least one.</summary>
    public IReadOnlyList<long> Positive { get; init; } = [];

    /// <summary>Items to be unlike.</summary>
    public IReadOnlyList<long> Negative { get; init; } = [];

    /// <summary>How many results, 1 to 200.</summary>
    public int K { get; init; } = 20;

    /// <summary>How many to pass over, for paging.</summary>
    public int Offset { get; init; }

    /// <summary>Only items that match.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary><c>none</c>, <c>duplicates</c> or <c>asset</c>.</summary>
    public CollapseMode Collapse { get; init; }

    /// <summary>0 to 1.</summary>
    public double Diversity { get; init; }

    /// <summary>Whether each result says why it is where it is.</summary>
    public bool Explain { get; init; }
}
