namespace VisualSearch.Search.Catalog;

/// <summary>What an item is; the numbers are stored in catalogs and never change.</summary>
public enum ItemKind
{
    /// <summary>A whole picture.</summary>
    Picture = 0,

    /// <summary>A part of a video between two cuts, with a start and an end.</summary>
    Shot = 1,

    /// <summary>A piece of text with the time span it belongs to.</summary>
    Passage = 2,
}
