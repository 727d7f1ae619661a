using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Monitoring;

/// <summary>What of a query says how much work it is, and what it looked for.</summary>
/// <param name="Looks">What is looked for: words, picture, item, examples.</param>
/// <param name="Mode">As it was asked for.</param>
/// <param name="K">Results wanted.</param>
/// <param name="Offset">Results passed over.</param>
/// <param name="EfSearch">0 for the index's own.</param>
/// <param name="Collapse">What happens to duplicates.</param>
/// <param name="Diversity">0 to 1.</param>
/// <param name="Regions">Whether by parts of pictures.</param>
/// <param name="Filter">The filter.</param>
/// <param name="Text">The words.</param>
internal readonly record struct SearchShape(
    string Looks, string Mode, int K, int Offset, int EfSearch, CollapseMode Collapse, double Diversity, RegionMode Regions, Filter? Filter, string? Text)
{
    public static SearchShape Of(SearchQuery query) => new(
        (query.Text, query.PictureVector, query.ImageItemId) switch
        {
            (null, null, null) => "nothing",
            (_, null, null) => "words",
            (null, not null, _) => "picture",
            (null, null, _) => "item",
            (_, not null, _) => "picture and words",
            _ => "item and words",
        },
        Word(query.Mode), query.K, query.Offset, query.EfSearch, query.Collapse, query.Diversity, query.Regions, query.Filter, query.Text);

    public static SearchShape Of(RecommendQuery query) =>
        new("examples", "recommend", query.K, query.Offset, 0, query.Collapse, query.Diversity, RegionMode.None, query.Filter, null);

    /// <summary>The word for a mode; a value that is none must not become a label of its own.</summary>
    public static string Word(SearchMode mode) => mode switch
    {
        SearchMode.Auto => "auto",
        SearchMode.Visual => "visual",
        SearchMode.Text => "text",
        SearchMode.Hybrid => "hybrid",
        _ => "unknown",
    };
}
