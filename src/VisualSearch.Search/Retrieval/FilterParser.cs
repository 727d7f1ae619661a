using System.Text.Json;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Retrieval;

/// <summary>Reads the filter language and enforces its limits; one instance per filter.</summary>
internal sealed class FilterParser
{
    /// <summary>Levels of nesting: evaluation recurses, and nobody writes more by hand.</summary>
    public const int MaxDepth = 16;

    /// <summary>Conditions in all: each costs the catalog a query.</summary>
    public const int MaxConditions = 256;

    /// <summary>Values of one <c>in</c>: each costs an index look-up; enough for a page of ids.</summary>
    public const int MaxValues = 1000;

    /// <summary>Characters of a field name or of a text to compare with: longer ones can't be meant.</summary>
    public const int MaxTextLength = 4096;

    private const string Expected =
        "expected an object with 'all', 'any', 'not', or with 'field' and one of eq, in, gt, gte, lt, lte, exists";

    private int conditions;

    public static string Word(FilterOperator comparison) => comparison switch
    {
        FilterOperator.Equal => "eq",
        FilterOperator.Greater => "gt",
        FilterOperator.GreaterOrEqual => "gte",
        FilterOperator.Less => "lt",
        FilterOperator.LessOrEqual => "lte",
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "Not an operator."),
    };

    public Filter Parse(JsonElement json, string path, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FilterException(path, $"{Describe(json)} is not a filter; {Expected}");
        if (depth > MaxDepth)
            throw new FilterException(path, $"nested deeper than {MaxDepth} levels; write a flatter filter");
        if (++conditions > MaxConditions)
            throw new FilterException(path, $"more than {MaxConditions} conditions; use 'in' for many values of one field");

        JsonProperty[] properties = [.. json.EnumerateObject()];
        CheckNames(properties, path);
        if (properties.Length == 1)
        {
            JsonElement value = properties[0].Value;
            switch (properties[0].Name)
            {
                case "all":
                    return new Filter.All(ParseList(value, $"{path}.all", depth));
                case "any":
                    return new Filter.Any(ParseList(value, $"{path}.any", depth));
                case "not":
                    return new Filter.Not(Parse(value, $"{path}.not", depth + 1));
                default:
                    break;
            }
        }
        return ParseField(properties, path);
    }

    private List<Filter> ParseList(JsonElement json, string path, int depth)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new FilterException(path, $"{Describe(json)} is not a list of filters; write [ … ]");
        var filters = new List<Filter>(Math.Min(json.GetArrayLength(), MaxConditions));
        foreach (JsonElement element in json.EnumerateArray())
            filters.Add(Parse(element, $"{path}[{filters.Count}]", depth + 1));
        return filters;
    }

    private Filter ParseField(JsonProperty[] properties, string path)
    {
        string? field = null;
        foreach (JsonProperty property in properties)
            if (property.Name == "field")
                field = FieldName(property.Value, $"{path}.field");
        if (field is null)
        {
            string names = properties.Length == 0 ? "nothing" : string.Join(", ", properties.Select(p => $"'{Shorten(p.Name)}'"));
            throw new FilterException(path, $"found {names}; {Expected}");
        }

        var parts = new List<Filter>(1);
        foreach (JsonProperty property in properties)
            if (property.Name != "field")
                parts.Add(ParseOperator(field, property, $"{path}.{Shorten(property.Name)}"));
        if (parts.Count == 0)
            throw new FilterException(path, $"no operator for field '{Shorten(field)}'; add one of eq, in, gt, gte, lt, lte, exists");
        conditions += parts.Count - 1;
        return parts.Count == 1 ? parts[0] : new Filter.All(parts);
    }

    private static Filter ParseOperator(string field, JsonProperty property, string path)
    {
        JsonElement json = property.Value;
        switch (property.Name)
        {
            case "eq":
                return new Filter.Compare(field, FilterOperator.Equal, Scalar(json, path));
            case "gt":
                return new Filter.Compare(field, FilterOperator.Greater, Ordered(json, path));
            case "gte":
                return new Filter.Compare(field, FilterOperator.GreaterOrEqual, Ordered(json, path));
            case "lt":
                return new Filter.Compare(field, FilterOperator.Less, Ordered(json, path));
            case "lte":
                return new Filter.Compare(field, FilterOperator.LessOrEqual, Ordered(json, path));
            case "in":
                return new Filter.In(field, ScalarList(json, path));
            case "exists" when json.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return new Filter.Exists(field, json.GetBoolean());
            case "exists":
                throw new FilterException(path, $"{Describe(json)} is neither true nor false");
            default:
                throw new FilterException(path, "not an operator; use eq, in, gt, gte, lt, lte or exists");
        }
    }

    private static List<FieldValue> ScalarList(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new FilterException(path, $"{Describe(json)} is not a list of values; write [ … ], or use eq for one value");
        if (json.GetArrayLength() > MaxValues)
            throw new FilterException(path, $"{json.GetArrayLength()} values are more than {MaxValues}; split the search");
        var values = new List<FieldValue>(json.GetArrayLength());
        foreach (JsonElement element in json.EnumerateArray())
            values.Add(Scalar(element, $"{path}[{values.Count}]"));
        return values;
    }

    private static FieldValue Ordered(JsonElement json, string path)
    {
        FieldValue value = Scalar(json, path);
        return value.Kind == FieldKind.Boolean
            ? throw new FilterException(path, "true and false have no order; compare with a number or a text, or use eq")
            : value;
    }

    private static FieldValue Scalar(JsonElement json, string path)
    {
        if (!IsReadable(json) || !FieldValue.TryFrom(json, out FieldValue value))
        {
            string hint = json.ValueKind == JsonValueKind.Null ? "; to ask for a missing field use \"exists\": false" : "";
            throw new FilterException(path, $"{Describe(json)} is not a text, a number, true or false{hint}");
        }
        if (value.Kind == FieldKind.Text && value.Text.Length > MaxTextLength)
            throw new FilterException(path, $"a text of {value.Text.Length} characters is longer than {MaxTextLength}");
        return value;
    }

    private static string FieldName(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.String || !IsReadable(json))
            throw new FilterException(path, $"{Describe(json)} is not the name of a field; write a text such as \"tags\"");
        string name = json.GetString()!;
        return name.Length is 0 or > MaxTextLength
            ? throw new FilterException(path, $"a field name has 1 to {MaxTextLength} characters, not {name.Length}")
            : name;
    }

    // A JSON string may hold an escape such as \ud800, half a surrogate pair: valid JSON, but no text.
    private static bool IsReadable(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String)
            return true;
        try
        {
            json.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void CheckNames(JsonProperty[] properties, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in properties)
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException)
            {
                throw new FilterException(path, "a property's name is no valid text");
            }
            if (!seen.Add(name))
                throw new FilterException($"{path}.{Shorten(name)}", "given twice; combine conditions with 'all' or 'any'");
        }
    }

    private static string Describe(JsonElement json) =>
        json.ValueKind == JsonValueKind.Undefined ? "nothing" : Shorten(json.GetRawText());

    private static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
}
