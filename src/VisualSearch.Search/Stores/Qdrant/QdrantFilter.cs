using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// The filter language in Qdrant's conditions, over the payload of <see cref="QdrantPayload"/>. <see cref="Filter.Matches"/> defines what has to
/// come out, and comes out exactly: nothing is left to be filtered afterwards.
/// </summary>
/// <remarks>
/// <code>
/// eq, in   a folded text is one of these (numbers too: the text of a number is unique), or, for texts such as "2019.0", a number is exactly this
/// id       the point's id
/// gt … lte a number in a range; or an entry whose text comes before or after, compared six bytes at a time
/// exists   some entry has a text, which every entry has
/// all, any, not    must, should, must_not
/// </code>
/// </remarks>
public static class QdrantFilter
{
    private static readonly PointCondition Nothing = new PointCondition.HasId([]);

    private static readonly PointCondition Everything = new PointFilter();

    /// <summary>A filter in Qdrant's conditions.</summary>
    /// <param name="filter">The filter, or null for all items.</param>
    /// <returns>Qdrant's filter, or null when every item fits.</returns>
    /// <exception cref="FilterException">A text to compare with is longer than the filter language allows.</exception>
    public static PointFilter? Translate(Filter? filter)
    {
        if (filter is null)
            return null;
        PointCondition condition = Condition(filter);
        return ReferenceEquals(condition, Everything) ? null
            : condition as PointFilter ?? new PointFilter { Must = [condition] };
    }

    private static PointCondition Condition(Filter filter) => filter switch
    {
        Filter.All all => All(all.Filters),
        Filter.Any any => Any([.. any.Filters.Select(Condition)]),
        Filter.Not not => Not(Condition(not.Inner)),
        Filter.Compare { Operator: FilterOperator.Equal } equal => Equal(equal.Field, [equal.Value]),
        Filter.Compare compare => Order(compare),
        Filter.In list => Equal(list.Field, list.Values),
        Filter.Exists exists => exists.Present ? Not(Missing(exists.Field)) : Missing(exists.Field),
        _ => throw new ArgumentException($"A {filter.GetType().Name} is not a filter that Qdrant's store knows.", nameof(filter)),
    };

    private static PointCondition All(IReadOnlyList<Filter> filters)
    {
        var must = new List<PointCondition>(filters.Count);
        var mustNot = new List<PointCondition>();
        foreach (Filter filter in filters)
        {
            PointCondition condition = Condition(filter);
            if (ReferenceEquals(condition, Nothing))
                return Nothing;
            if (ReferenceEquals(condition, Everything))
                continue;
            // What is not to be is said beside what is to be, one level less deep.
            if (condition is PointFilter { Must.Count: 0, Should.Count: 0, MinShould.Count: 0 } negation)
                mustNot.AddRange(negation.MustNot);
            else
                must.Add(condition);
        }
        return must.Count + mustNot.Count == 0 ? Everything
            : must.Count == 1 && mustNot.Count == 0 ? must[0]
            : new PointFilter { Must = must, MustNot = mustNot };
    }

    private static PointCondition Any(IReadOnlyList<PointCondition> conditions)
    {
        // Qdrant takes an empty list for no condition at all, the filter language for one that nothing fits.
        PointCondition[] possible = [.. conditions.Where(static c => !ReferenceEquals(c, Nothing))];
        return possible.Any(static c => ReferenceEquals(c, Everything)) ? Everything
            : possible.Length == 0 ? Nothing
            : possible.Length == 1 ? possible[0]
            : new PointFilter { Should = possible };
    }

    private static PointCondition Not(PointCondition condition) =>
        ReferenceEquals(condition, Everything) ? Nothing
        : ReferenceEquals(condition, Nothing) ? Everything
        : new PointFilter { MustNot = [condition] };

    private static PointCondition.IsEmpty Missing(string field) => new(QdrantPayload.FoldedKey(field));

    private static PointCondition Equal(string field, IReadOnlyList<FieldValue> values)
    {
        FilterOperand[] operands = [.. values.Select(static value => new FilterOperand(value))];
        if (operands.Length == 0)
            return Nothing;
        if (CatalogText.Fold(field) == "ID")
            return new PointCondition.HasId([.. operands.Select(Id).OfType<ulong>()]);
        var conditions = new List<PointCondition> { new PointCondition.MatchText(QdrantPayload.FoldedKey(field), [.. operands.Select(static o => o.Folded)]) };
        // "2019.0" equals the number 2019, but not the text "2019".
        foreach (FilterOperand operand in operands)
            if (operand.IsText && operand.Number is double number && CatalogText.Fold(FieldValue.From(number).ToString()) != operand.Folded)
                conditions.Add(PointCondition.NumberRange.Exactly(QdrantPayload.NumberKey(field), number));
        return Any(conditions);
    }

    // A number with a fraction, below zero, or beyond what a double counts exactly, is the id of no item.
    private static ulong? Id(FilterOperand operand) =>
        operand.Number is double number && double.IsInteger(number) && number is >= 0 and <= 1L << 53 ? (ulong)number : null;

    private static PointCondition Order(Filter.Compare compare)
    {
        var operand = new FilterOperand(compare.Value);
        var conditions = new List<PointCondition>(2);
        if (operand.Number is double number)
            conditions.Add(Range(QdrantPayload.NumberKey(compare.Field), compare.Operator, number));
        if (operand.IsText)
        {
            if (compare.Value.Text.Length > FilterParser.MaxTextLength)
                throw new FilterException(compare.Field, $"a text of {compare.Value.Text.Length} characters is longer than {FilterParser.MaxTextLength}");
            conditions.Add(TextOrder(compare.Field, compare.Operator, QdrantPayload.Order(operand.Folded)));
        }
        return Any(conditions);
    }

    private static PointCondition TextOrder(string field, FilterOperator comparison, long[] numbers)
    {
        string list = QdrantPayload.ListKey(field);
        if (numbers.Length == 1)
            return Range($"{list}[].{QdrantPayload.OrderName(0)}", comparison, numbers[0]);
        // All numbers must be of the same one of a field's texts.
        return new PointCondition.Nested(list, (PointFilter)Compare(comparison, numbers, 0, numbers.Length));
    }

    // Before: the first half comes before, or it is equal and the second half comes before. Halving keeps a filter of the longest
    // text (2049 numbers) at 11 levels; Qdrant refuses JSON of more than 128.
    private static PointCondition Compare(FilterOperator comparison, long[] numbers, int first, int end)
    {
        if (end - first == 1)
            return Range(QdrantPayload.OrderName(first), end == numbers.Length ? comparison : Strict(comparison), numbers[first]);
        int middle = first + ((end - first) / 2);
        var rest = new List<PointCondition>(middle - first + 1);
        for (int i = first; i < middle; i++)
            rest.Add(PointCondition.NumberRange.Exactly(QdrantPayload.OrderName(i), numbers[i]));
        rest.Add(Compare(comparison, numbers, middle, end));
        return new PointFilter
        {
            Should = [Compare(Strict(comparison), numbers, first, middle), new PointFilter { Must = rest }],
        };
    }

    private static FilterOperator Strict(FilterOperator comparison) => comparison switch
    {
        FilterOperator.GreaterOrEqual => FilterOperator.Greater,
        FilterOperator.LessOrEqual => FilterOperator.Less,
        _ => comparison,
    };

    private static PointCondition.NumberRange Range(string key, FilterOperator comparison, double number) => comparison switch
    {
        FilterOperator.Greater => new PointCondition.NumberRange(key) { Greater = number },
        FilterOperator.GreaterOrEqual => new PointCondition.NumberRange(key) { GreaterOrEqual = number },
        FilterOperator.Less => new PointCondition.NumberRange(key) { Less = number },
        FilterOperator.LessOrEqual => new PointCondition.NumberRange(key) { LessOrEqual = number },
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "Not an order."),
    };
}
