using System.Globalization;
using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>Evaluates a filter of Qdrant's on a point, by looking at every value.</summary>
public static class ContractFilter
{
    /// <summary>Whether a point fits.</summary>
    /// <param name="filter">A filter or condition as JSON; valid by the contract.</param>
    /// <param name="point">The point.</param>
    public static bool Fits(JsonElement filter, ContractPoint point) => Condition(filter, point, point.Payload);

    /// <summary>The keys that a filter looks at, and the index types of which one makes that fast.</summary>
    public static IEnumerable<(string Key, string[] Types)> Keys(JsonElement condition, string prefix = "")
    {
        foreach (string word in (string[])["must", "should", "must_not"])
            foreach (JsonElement inner in List(condition, word))
                foreach (var key in Keys(inner, prefix))
                    yield return key;
        if (Member(condition, "min_should") is { } min)
            foreach (JsonElement inner in min.GetProperty("conditions").EnumerateArray())
                foreach (var key in Keys(inner, prefix))
                    yield return key;
        if (Member(condition, "nested") is { } nested)
            foreach (var key in Keys(nested.GetProperty("filter"), $"{prefix}{nested.GetProperty("key").GetString()}[]."))
                yield return key;
        if (Member(condition, "key") is { } field)
            yield return (prefix + field.GetString(), Types(condition));
        foreach (string word in (string[])["is_empty", "is_null"])
            if (Member(condition, word) is { ValueKind: JsonValueKind.Object } of)
                yield return (prefix + of.GetProperty("key").GetString(), ["keyword", "integer", "float", "bool", "datetime", "uuid", "text", "geo"]);
    }

    private static bool Condition(JsonElement condition, ContractPoint point, JsonElement payload)
    {
        if (Member(condition, "has_id") is { } ids)
            return ids.EnumerateArray().Any(id => id.ValueKind == JsonValueKind.Number && id.GetUInt64() == point.Id);
        if (Member(condition, "has_vector") is { } vector)
            return point.Has(vector.GetString()!);
        if (Member(condition, "nested") is { } nested)
            return Nested(nested, point, payload);
        if (Member(condition, "key") is { } key)
            return Field(condition, [.. PayloadPath.Values(payload, key.GetString()!)]);
        if (Member(condition, "is_empty") is { } empty)
            return IsEmpty([.. PayloadPath.Values(payload, empty.GetProperty("key").GetString()!)]);
        if (Member(condition, "is_null") is { } isNull)
            return IsNull([.. PayloadPath.Values(payload, isNull.GetProperty("key").GetString()!)]);
        if (Member(condition, "slice") is not null)
            throw ContractException.NotImplemented("slices");
        return Clauses(condition, point, payload);
    }

    private static bool Clauses(JsonElement filter, ContractPoint point, JsonElement payload)
    {
        if (!List(filter, "must").All(c => Condition(c, point, payload)))
            return false;
        if (List(filter, "must_not").Any(c => Condition(c, point, payload)))
            return false;
        JsonElement[] should = [.. List(filter, "should")];
        if (should.Length > 0 && !should.Any(c => Condition(c, point, payload)))
            return false;
        return Member(filter, "min_should") is not { } min
            || min.GetProperty("conditions").EnumerateArray().Count(c => Condition(c, point, payload)) >= min.GetProperty("min_count").GetInt32();
    }

    private static bool Nested(JsonElement nested, ContractPoint point, JsonElement payload)
    {
        JsonElement filter = nested.GetProperty("filter");
        if (MentionsId(filter))
            throw ContractException.WrongInput("has_id is not allowed in a nested filter");
        foreach (JsonElement value in PayloadPath.Values(payload, nested.GetProperty("key").GetString()!))
            foreach (JsonElement element in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
                if (element.ValueKind == JsonValueKind.Object && Condition(filter, point, element))
                    return true;
        return false;
    }

    private static bool MentionsId(JsonElement filter) =>
        filter.ValueKind == JsonValueKind.Object ? filter.TryGetProperty("has_id", out _) || filter.EnumerateObject().Any(m => MentionsId(m.Value))
        : filter.ValueKind == JsonValueKind.Array && filter.EnumerateArray().Any(MentionsId);

    private static bool Field(JsonElement condition, JsonElement[] at)
    {
        JsonElement[] values = [.. at.SelectMany(static v => v.ValueKind == JsonValueKind.Array ? v.EnumerateArray().ToArray() : [v])];
        if (Member(condition, "match") is { } match)
            return values.Any(value => Matches(match, value));
        if (Member(condition, "range") is { } range)
            return values.Any(value => InRange(range, value));
        if (Member(condition, "values_count") is { } count)
        {
            int found = at.Length == 0 ? 0 : at.Max(static v => v.ValueKind switch { JsonValueKind.Array => v.GetArrayLength(), JsonValueKind.Null => 0, _ => 1 });
            return Bounds(count, bound => found.CompareTo(bound.GetInt32()));
        }
        if (Member(condition, "is_empty") is { } empty)
            return IsEmpty(at) == empty.GetBoolean();
        if (Member(condition, "is_null") is { } isNull)
            return IsNull(at) == isNull.GetBoolean();
        foreach (string geo in (string[])["geo_bounding_box", "geo_radius", "geo_polygon"])
            if (Member(condition, geo) is not null)
                throw ContractException.NotImplemented(geo);
        throw ContractException.WrongInput("At least one field condition must be specified");
    }

    private static bool Matches(JsonElement match, JsonElement value)
    {
        if (Member(match, "value") is { } one)
            return Same(one, value);
        if (Member(match, "any") is { } any)
            return any.EnumerateArray().Any(wanted => Same(wanted, value));
        if (Member(match, "except") is { } except)
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Number && !except.EnumerateArray().Any(unwanted => Same(unwanted, value));
        if (value.ValueKind != JsonValueKind.String)
            return false;
        string text = value.GetString()!;
        if (Member(match, "prefix") is { } prefix)
            return text.StartsWith(prefix.GetString()!, StringComparison.Ordinal);
        // Words as Qdrant's word tokenizer has them by default: runs of letters and digits in lower case.
        if (Member(match, "text") is { } all)
            return Words(all.GetString()!) is var wanted && wanted.Count > 0 && wanted.IsSubsetOf(Words(text));
        if (Member(match, "text_any") is { } some)
            return Words(some.GetString()!).Overlaps(Words(text));
        throw ContractException.NotImplemented($"match {match.GetRawText()}");
    }

    private static HashSet<string> Words(string text) =>
        [.. System.Text.RegularExpressions.Regex.Split(text.ToLowerInvariant(), @"[^\p{L}\p{Nd}]+").Where(static word => word.Length > 0)];

    // Whole numbers match whole numbers only; a fraction matches nothing.
    private static bool Same(JsonElement wanted, JsonElement value) => wanted.ValueKind == value.ValueKind && wanted.ValueKind switch
    {
        JsonValueKind.String => wanted.GetString() == value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out long number) && wanted.TryGetInt64(out long other) && number == other,
        _ => true,
    };

    private static bool InRange(JsonElement range, JsonElement value)
    {
        bool times = range.EnumerateObject().Any(static bound => bound.Value.ValueKind == JsonValueKind.String);
        if (times)
            return value.ValueKind == JsonValueKind.String && Time(value) is { } time && Bounds(range, bound => time.CompareTo(Time(bound)!.Value));
        return value.ValueKind == JsonValueKind.Number && Bounds(range, bound => value.GetDouble().CompareTo(bound.GetDouble()));
    }

    private static bool Bounds(JsonElement range, Func<JsonElement, int> compare)
    {
        foreach (JsonProperty bound in range.EnumerateObject())
        {
            if (bound.Value.ValueKind == JsonValueKind.Null)
                continue;
            int order = compare(bound.Value);
            if (!(bound.Name switch { "gt" => order > 0, "gte" => order >= 0, "lt" => order < 0, "lte" => order <= 0, _ => false }))
                return false;
        }
        return true;
    }

    private static DateTimeOffset? Time(JsonElement text) =>
        DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static bool IsEmpty(JsonElement[] values) =>
        values.All(static v => v.ValueKind == JsonValueKind.Null || (v.ValueKind == JsonValueKind.Array && v.GetArrayLength() == 0));

    private static bool IsNull(JsonElement[] values) =>
        values.Any(static v => v.ValueKind == JsonValueKind.Null || (v.ValueKind == JsonValueKind.Array && v.EnumerateArray().Any(static e => e.ValueKind == JsonValueKind.Null)));

    private static string[] Types(JsonElement condition)
    {
        if (Member(condition, "match") is { } match)
        {
            JsonElement sample = match.EnumerateObject().First().Value;
            if (sample.ValueKind == JsonValueKind.Array)
                sample = sample.EnumerateArray().FirstOrDefault();
            return match.TryGetProperty("text", out _) ? ["text"]
                : sample.ValueKind switch { JsonValueKind.Number => ["integer"], JsonValueKind.True or JsonValueKind.False => ["bool"], _ => ["keyword", "uuid"] };
        }
        return Member(condition, "range") is { } range && range.EnumerateObject().Any(static b => b.Value.ValueKind == JsonValueKind.String) ? ["datetime"] : ["float", "integer"];
    }

    private static IEnumerable<JsonElement> List(JsonElement filter, string word) => Member(filter, word) is not { } clause ? []
        : clause.ValueKind == JsonValueKind.Array ? clause.EnumerateArray() : [clause];

    private static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
