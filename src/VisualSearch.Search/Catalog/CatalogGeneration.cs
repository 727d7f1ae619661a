using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>A generation as a catalog has it: one build of the collection's vectors with one model.</summary>
/// <param name="Number">From 1 up, never used twice.</param>
/// <param name="State">Whether it is searched, being built, or kept.</param>
/// <param name="Model">The model of its vectors.</param>
/// <param name="ModelFolder">Where that model was when it was last used to build; a hint, empty when unknown.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="ChangedAt">When it took its present state.</param>
internal sealed record CatalogGeneration(
    int Number, GenerationState State, ModelIdentity Model, string ModelFolder, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    /// <summary>The table of its vectors. The first one's has no number, because format 1 had only that one.</summary>
    public string Table => Number == 1 ? "vector" : $"vector_{Number}";

    /// <summary>The file of its vector index.</summary>
    public string IndexFile => Number == 1 ? "visual.hnsw" : $"visual-{Number}.hnsw";
}
