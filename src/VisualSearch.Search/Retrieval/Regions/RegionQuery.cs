using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Search.Retrieval.Regions;

/// <summary>How parts of pictures take part in a search by picture.</summary>
public enum RegionMode
{
    /// <summary>Not at all: pictures are compared as wholes.</summary>
    None,

    /// <summary>Pictures are found by the part of them that is most like the query, and results say where it is.</summary>
    Best,

    /// <summary>As <see cref="Best"/>, and what was found is ordered by late interaction: how well each patch of the query is found somewhere.</summary>
    LateInteraction,
}

/// <summary>What a search among parts of pictures looks for.</summary>
/// <param name="Vector">A vector of the collection's dimension, not all zero.</param>
/// <param name="Patches">The query picture's patches, for late interaction; null without it.</param>
/// <param name="EfSearch">How hard to look; 0 for the index's default.</param>
public sealed record RegionQuery(ReadOnlyMemory<float> Vector, PatchGrid? Patches = null, int EfSearch = 0);

/// <summary>An item and the part of it that answers the query.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Box">Where the part is.</param>
/// <param name="Similarity">The part's cosine with the query, or the late-interaction score; -1 to 1.</param>
public readonly record struct FoundRegion(long ItemId, CropBox Box, float Similarity);
