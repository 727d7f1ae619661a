using Microsoft.Data.Sqlite;
using VisualSearch.Ann;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>Words and facets: the two questions that SQL answers better than code.</summary>
internal static class CatalogSearch
{
    // bm25() weighs occurrences by column. A title or tag is about the picture; a description mentions more than it shows; a path
    // says where it lies, and its words are often the same for a whole folder.
    private const double TitleWeight = 4, TagsWeight = 3, PathWeight = 1, TextWeight = 1.5;

    // bm25() takes about a microsecond a row (most of it looking up the row's length): 20 ms at most. A word that more rows have
    // says little about any of them.
    private const int RowsToScore = 20_000;

    // What FTS5 gives a word that more than half of all texts have.
    private const double LeastRarity = 1e-6;

    private static readonly string Search = FormattableString.Invariant(
        $"""
        SELECT rowid, bm25(words, {TitleWeight}, {TagsWeight}, {PathWeight}, {TextWeight}) AS score
        FROM words WHERE words MATCH $1 AND allowed(rowid) ORDER BY score, rowid LIMIT $2
        """);

    private static readonly string SearchAll = Search.Replace(" AND allowed(rowid)", "", StringComparison.Ordinal);

    /// <summary>Whole words first; where none is found, words that begin alike.</summary>
    public static IReadOnlyList<ScoredItem> SearchText(CatalogReader reader, string text, int k, IdSet? filter)
    {
        IReadOnlyList<string> words = TextQuery.Words(text);
        if (words.Count == 0)
            return [];
        IReadOnlyList<ScoredItem> found = Score(reader, Affordable(reader, words, k, filter), k, filter);
        if (found.Count > 0)
            return found;
        // One letter begins a good part of all words.
        string[] beginnings = [.. words.Where(word => word.Length > 1)];
        return beginnings.Length == 0 ? [] : Score(reader, TextQuery.Expression(beginnings, prefixes: true), k, filter);
    }

    /// <summary>The sum of the words' rarities (inverse document frequencies), as FTS5's bm25() weighs them.</summary>
    public static double BestScore(CatalogReader reader, string text)
    {
        IReadOnlyList<string> words = TextQuery.Words(text);
        if (words.Count == 0)
            return 0;
        long rows = reader.Catalog.Integer("SELECT COUNT(*) FROM words_docsize");
        return words.Sum(word =>
        {
            long having = CountRows(reader, TextQuery.Expression([word]));
            return Math.Max(LeastRarity, Math.Log((rows - having + 0.5) / (having + 0.5)));
        });
    }

    /// <summary>The most frequent values of a field among the items of a filter.</summary>
    public static IReadOnlyList<FacetCount> Facet(CatalogReader reader, string field, IdSet? filter, int limit) => reader.WithAllowed(filter, () =>
    {
        CatalogField known = CatalogField.Find(field);
        string allowed = filter is null ? "" : "allowed(i.id) AND ";
        SqliteCommand command = reader.Catalog.Statement(
            $"""
            SELECT MIN({known.FacetValue}), COUNT(*) AS items FROM {known.Source} WHERE {allowed}{known.Present}
            GROUP BY {known.FacetGroup} ORDER BY items DESC, {known.FacetGroup} LIMIT $1
            """, (long)limit, CatalogText.Fold(field));

        var counts = new List<FacetCount>();
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
            counts.Add(new FacetCount(row.GetString(0), row.GetInt64(1)));
        return (IReadOnlyList<FacetCount>)counts;
    });

    private static IReadOnlyList<ScoredItem> Score(CatalogReader reader, string expression, int k, IdSet? filter) => reader.WithAllowed(filter, () =>
    {
        var found = new List<ScoredItem>(Math.Min(k, 1024));
        using SqliteDataReader row = reader.Catalog.Statement(filter is null ? SearchAll : Search, expression, (long)k).ExecuteReader();
        while (row.Read())
            found.Add(new ScoredItem(row.GetInt64(0), (float)-row.GetDouble(1)));
        return (IReadOnlyList<ScoredItem>)found;
    });

    /// <summary>
    /// Any of the words, where few enough rows have one. Otherwise all of them together, if enough rows have them all; and if not,
    /// without the most frequent ones.
    /// </summary>
    private static string Affordable(CatalogReader reader, IReadOnlyList<string> words, int k, IdSet? filter)
    {
        long rows = filter?.Count ?? reader.Catalog.Integer("SELECT MAX(id) FROM item");
        if (rows <= RowsToScore)
            return TextQuery.Expression(words);

        (string Word, long Rows)[] rarestFirst = [.. words
            .Select(word => (Word: word, Rows: CountRows(reader, TextQuery.Expression([word]))))
            .Where(word => word.Rows > 0)
            .OrderBy(word => word.Rows)];
        if (rarestFirst.Length == 0)
            return TextQuery.Expression(words);
        // What has all of the words would be at the top anyway.
        string all = TextQuery.Expression(rarestFirst.Select(word => word.Word), "AND");
        if (rarestFirst.Sum(word => word.Rows) > RowsToScore && CountRows(reader, all) >= k)
            return all;

        var kept = new List<string>();
        long total = 0;
        foreach ((string word, long count) in rarestFirst)
        {
            total += count;
            if (total <= RowsToScore || kept.Count == 0)
                kept.Add(word);
        }
        return TextQuery.Expression(kept);
    }

    private static long CountRows(CatalogReader reader, string expression) =>
        reader.Catalog.Integer("SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE words MATCH $1 LIMIT $2)", expression, RowsToScore + 1L);
}
