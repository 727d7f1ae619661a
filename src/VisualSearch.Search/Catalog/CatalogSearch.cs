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

    private static readonly string Search = FormattableString.Invariant(
        $"""
        SELECT rowid, bm25(words, {TitleWeight}, {TagsWeight}, {PathWeight}, {TextWeight}) AS score
        FROM words WHERE words MATCH $1 AND allowed(rowid) ORDER BY score, rowid LIMIT $2
        """);

    private static readonly string SearchAll = Search.Replace(" AND allowed(rowid)", "", StringComparison.Ordinal);

    /// <summary>Whole words first; where none is found, words that begin alike.</summary>
    public static IReadOnlyList<ScoredItem> SearchText(CatalogReader reader, string words, int k, IdSet? filter)
    {
        IReadOnlyList<ScoredItem> found = SearchText(reader, words, k, filter, prefixes: false);
        return found.Count > 0 ? found : SearchText(reader, words, k, filter, prefixes: true);
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

    private static IReadOnlyList<ScoredItem> SearchText(CatalogReader reader, string words, int k, IdSet? filter, bool prefixes)
    {
        if (TextQuery.Build(words, prefixes) is not string expression)
            return [];
        return reader.WithAllowed(filter, () =>
        {
            var found = new List<ScoredItem>(Math.Min(k, 1024));
            using SqliteDataReader row = reader.Catalog.Statement(filter is null ? SearchAll : Search, expression, (long)k).ExecuteReader();
            while (row.Read())
                found.Add(new ScoredItem(row.GetInt64(0), (float)-row.GetDouble(1)));
            return (IReadOnlyList<ScoredItem>)found;
        });
    }
}
