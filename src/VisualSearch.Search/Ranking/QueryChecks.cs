using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Ranking;

/// <summary>The limits of a query, checked before any work is done.</summary>
internal sealed class QueryChecks(RankingOptions options)
{
    internal void Check(SearchQuery query)
    {
        CheckPage(query.K, query.Offset);
        CheckDiversity(query.Diversity);
        CheckText(query.Text, "text");
        CheckText(query.NegativeText, "negativeText");
        CheckEnum(query.Mode, "mode");
        CheckEnum(query.Collapse, "collapse");
        CheckEnum(query.Regions, "regions");
        if (query.Regions != RegionMode.None && query.Mode == SearchMode.Text)
            throw new QueryException("regions", "parts of pictures have no words to be found by; leave it out, or use another mode than 'text'");
        if (query.Regions == RegionMode.LateInteraction && query.PicturePatches is null)
            throw new QueryException("regions", "late interaction compares patches of two pictures, but the query has no picture; give an image, or use 'best'");
        if (query.EfSearch < 0 || query.EfSearch > options.MaxEfSearch)
            throw new QueryException("efSearch", $"{query.EfSearch} is not in 0..{options.MaxEfSearch}; 0 leaves it to the index");
        if (query.TextShare is { } share && !(share is >= 0 and <= 1))
            throw new QueryException("textShare", $"{share} is not in 0..1");
    }

    internal void Check(RecommendQuery query)
    {
        CheckPage(query.K, query.Offset);
        CheckDiversity(query.Diversity);
        CheckEnum(query.Collapse, "collapse");
        if (query.Positive.Count == 0)
            throw new QueryException("positive", "is empty; give at least one item id to be like");
        int examples = query.Positive.Count + query.Negative.Count;
        if (examples > options.MaxExamples)
            throw new QueryException("positive", $"{examples} examples are more than {options.MaxExamples}; the mean of fewer says the same");
    }

    private void CheckPage(int k, int offset)
    {
        if (k < 1 || k > options.MaxDepth)
            throw new QueryException("k", $"{k} is not in 1..{options.MaxDepth}");
        if (offset < 0 || offset > options.MaxDepth - k)
            throw new QueryException("offset", $"{offset} with k {k} is not in 0..{options.MaxDepth - k}; narrow the search with words or a filter instead of paging deeper");
    }

    private void CheckText(string? text, string field)
    {
        if (text is not null && text.Length > options.MaxTextLength)
            throw new QueryException(field, $"{text.Length} characters are more than {options.MaxTextLength}; say it shorter");
    }

    private static void CheckDiversity(double diversity)
    {
        if (!(diversity is >= 0 and <= 1))
            throw new QueryException("diversity", $"{diversity} is not in 0..1");
    }

    private static void CheckEnum<T>(T value, string field)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new QueryException(field, $"{value} is not one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
    }
}
