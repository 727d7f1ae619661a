using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using VisualSearch.Ann;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Catalog;

/// <summary>
/// Answers a filter from the catalog: each condition is one query with parameters (lists go in as one JSON parameter), and
/// <c>all</c>, <c>any</c> and <c>not</c> are set operations on bitmaps of item ids.
/// <see cref="Filter.Matches"/> defines what has to come out.
/// </summary>
internal sealed class CatalogFilter(CatalogReader reader)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IdSet Match(Filter filter) => filter switch
    {
        Filter.All all => MatchAll(all.Filters),
        Filter.Any any => MatchAny(any.Filters),
        Filter.Not not => Without(Everything(), Match(not.Inner)),
        Filter.Compare { Operator: FilterOperator.Equal } equal => MatchEqual(equal.Field, [equal.Value]),
        Filter.Compare compare => MatchOrder(compare),
        Filter.In list => MatchEqual(list.Field, list.Values),
        Filter.Exists exists => exists.Present ? MatchPresent(exists.Field) : Without(Everything(), MatchPresent(exists.Field)),
        _ => throw new ArgumentException($"A {filter.GetType().Name} is not a filter that the catalog knows.", nameof(filter)),
    };

    private IdSet MatchAll(IReadOnlyList<Filter> filters)
    {
        // Conditions that keep something first: what a 'not' lets through is then only taken away, never listed.
        IdSet? kept = null;
        foreach (Filter filter in filters)
        {
            if (filter is Filter.Not)
                continue;
            IdSet matching = Match(filter);
            if (kept is null)
                kept = matching;
            else
                kept.IntersectWith(matching);
        }
        kept ??= Everything();
        foreach (Filter filter in filters)
            if (filter is Filter.Not not)
                kept.ExceptWith(Match(not.Inner));
        return kept;
    }

    private IdSet MatchAny(IReadOnlyList<Filter> filters)
    {
        var kept = new IdSet();
        foreach (Filter filter in filters)
            kept.UnionWith(Match(filter));
        return kept;
    }

    private IdSet MatchEqual(string name, IReadOnlyList<FieldValue> values)
    {
        CatalogField field = CatalogField.Find(name);
        FilterOperand[] operands = [.. values.Select(value => new FilterOperand(value))];
        var ids = new IdSet();
        switch (field.Shape)
        {
            case FieldShape.NumberColumn:
                Collect(ids, field, $"{field.Columns[0]} IN (SELECT value FROM json_each($1))", CatalogReader.JsonArray(operands.Select(Integer).OfType<long>()));
                break;
            case FieldShape.Kind:
                IEnumerable<ItemKind> kinds = Enum.GetValues<ItemKind>().Where(kind => operands.Any(o => o.Accepts(FilterOperator.Equal, FilterFields.Word(kind))));
                Collect(ids, field, "i.kind IN (SELECT value FROM json_each($1))", CatalogReader.JsonArray(kinds.Select(kind => (long)kind)));
                break;
            case FieldShape.TextColumns:
                foreach (string column in field.Columns)
                    Collect(ids, field, $"{column} <> '' AND fold({column}) IN (SELECT value FROM json_each($1))", JsonTexts(operands.Select(o => o.Folded)));
                break;
            case FieldShape.Tags:
                Collect(ids, field, "t.folded IN (SELECT value FROM json_each($1))", JsonTexts(operands.Select(o => o.Folded)));
                break;
            default:
                Collect(ids, field, "f.name = $2 AND f.folded IN (SELECT value FROM json_each($1))", JsonTexts(operands.Select(o => o.Folded)), CatalogText.Fold(name));
                // "2019.0" equals the number 2019, but not the text "2019".
                string[] numbers = [.. operands.Where(o => o.IsText && o.Number is not null).Select(o => CatalogText.Fold(FieldValue.From(o.Number!.Value).ToString()))];
                if (numbers.Length > 0)
                    Collect(ids, field, "f.name = $2 AND f.folded IN (SELECT value FROM json_each($1)) AND f.kind = 1", JsonTexts(numbers), CatalogText.Fold(name));
                break;
        }
        return ids;
    }

    private IdSet MatchOrder(Filter.Compare compare)
    {
        CatalogField field = CatalogField.Find(compare.Field);
        var operand = new FilterOperand(compare.Value);
        string sign = compare.Operator switch
        {
            FilterOperator.Greater => ">",
            FilterOperator.GreaterOrEqual => ">=",
            FilterOperator.Less => "<",
            _ => "<=",
        };
        var ids = new IdSet();
        switch (field.Shape)
        {
            case FieldShape.NumberColumn:
                if (operand.Number is double number)
                    Collect(ids, field, $"{field.Columns[0]} {sign} $1", number);
                break;
            case FieldShape.Kind:
                IEnumerable<ItemKind> kinds = Enum.GetValues<ItemKind>().Where(kind => operand.Accepts(compare.Operator, FilterFields.Word(kind)));
                Collect(ids, field, "i.kind IN (SELECT value FROM json_each($1))", CatalogReader.JsonArray(kinds.Select(kind => (long)kind)));
                break;
            case FieldShape.TextColumns:
                if (operand.IsText)
                    foreach (string column in field.Columns)
                        Collect(ids, field, $"{column} <> '' AND fold({column}) {sign} $1", operand.Folded);
                break;
            case FieldShape.Tags:
                if (operand.IsText)
                    Collect(ids, field, $"t.folded {sign} $1", operand.Folded);
                break;
            default:
                if (operand.Number is double bound)
                    Collect(ids, field, $"f.name = $2 AND f.number {sign} $1", bound, CatalogText.Fold(compare.Field));
                if (operand.IsText)
                    Collect(ids, field, $"f.name = $2 AND f.folded {sign} $1 AND f.kind = 0", operand.Folded, CatalogText.Fold(compare.Field));
                break;
        }
        return ids;
    }

    private IdSet MatchPresent(string name)
    {
        CatalogField field = CatalogField.Find(name);
        var ids = new IdSet();
        Collect(ids, field, field.Present, null, CatalogText.Fold(name));
        return ids;
    }

    private IdSet Everything()
    {
        var ids = new IdSet();
        reader.Collect(ids, "SELECT id FROM item");
        return ids;
    }

    private static IdSet Without(IdSet ids, IdSet excluded)
    {
        ids.ExceptWith(excluded);
        return ids;
    }

    private void Collect(IdSet ids, CatalogField field, string condition, object? operand, string? payloadName = null) =>
        reader.Collect(ids, $"SELECT i.id FROM {field.Source} WHERE {condition}", operand, payloadName);

    // Integer columns: a number with a fraction, or beyond what a double counts exactly, equals none of them.
    private static long? Integer(FilterOperand operand) =>
        operand.Number is double number && double.IsInteger(number) && Math.Abs(number) <= 1L << 53 ? (long)number : null;

    private static string JsonTexts(IEnumerable<string> texts) => JsonSerializer.Serialize(texts, Json);
}
