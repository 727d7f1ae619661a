using System.Globalization;
using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>
/// The subset of JSON Schema that Qdrant's OpenAPI document uses: $ref, oneOf, anyOf, allOf, nullable, enum, type, format, required, properties,
/// additionalProperties, items, and the limits of numbers, texts and lists.
/// </summary>
/// <param name="root">The OpenAPI document, which references lead into.</param>
/// <param name="closed">
/// Whether an object whose members are declared may have no others. The document seldom says so, but Qdrant passes over what it does not know, so
/// that a misspelt member would do nothing at all: in requests none is allowed.
/// </param>
public sealed class SchemaValidator(JsonElement root, bool closed)
{
    // Members of one word that say something of the schema, not of the value.
    private static readonly HashSet<string> Remarks = ["nullable", "description", "default", "deprecated", "example", "title"];

    // Most forms of a union don't fit, and nobody reads why: only what is refused in the end is looked at again for words.
    private const string No = "no";

    /// <summary>What is wrong with a value, or null.</summary>
    public string? Check(JsonElement value, JsonElement schema, string path = "$") =>
        Find(value, schema, null) is null ? null : Find(value, schema, path);

    // Without a path there is no reason, only whether there is one.
    private string? Find(JsonElement value, JsonElement schema, string? path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            return Find(value, Resolve(reference.GetString()!), path);
        if (value.ValueKind == JsonValueKind.Null)
            return AllowsNull(schema) ? null : path is null ? No : $"{path}: null is not allowed";
        // {"nullable": true} alone, as a branch of anyOf, is how the document writes "or null".
        if (schema.EnumerateObject().All(member => Remarks.Contains(member.Name)) && schema.TryGetProperty("nullable", out _))
            return path is null ? No : $"{path}: not null";
        return Branches(value, schema, path) ?? Type(value, schema, path) ?? Enumerated(value, schema, path) ?? (value.ValueKind switch
        {
            JsonValueKind.Number => Number(value, schema, path),
            JsonValueKind.String => Text(value, schema, path),
            JsonValueKind.Array => List(value, schema, path),
            JsonValueKind.Object => Object(value, schema, path),
            _ => null,
        });
    }

    private bool AllowsNull(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            return AllowsNull(Resolve(reference.GetString()!));
        if (schema.TryGetProperty("nullable", out JsonElement nullable) && nullable.GetBoolean())
            return true;
        foreach (string word in (string[])["anyOf", "oneOf"])
            if (schema.TryGetProperty(word, out JsonElement branches) && branches.EnumerateArray().Any(AllowsNull))
                return true;
        return !schema.EnumerateObject().Any(member => !Remarks.Contains(member.Name));
    }

    private string? Branches(JsonElement value, JsonElement schema, string? path)
    {
        if (schema.TryGetProperty("allOf", out JsonElement all))
            foreach (JsonElement branch in all.EnumerateArray())
                if (Find(value, branch, path) is { } wrong)
                    return wrong;
        foreach (string word in (string[])["anyOf", "oneOf"])
        {
            if (!schema.TryGetProperty(word, out JsonElement branches))
                continue;
            int fitting = 0;
            foreach (JsonElement branch in branches.EnumerateArray())
            {
                fitting += Find(value, branch, null) is null ? 1 : 0;
                if (fitting == 1 && word == "anyOf")
                    break;
            }
            if (fitting == 1)
                continue;
            if (path is null)
                return No;
            string[] reasons = [.. branches.EnumerateArray().Select(branch => Find(value, branch, path)).OfType<string>()];
            return fitting == 0 ? $"{path}: fits none of {reasons.Length} forms ({Deepest(reasons)})" : $"{path}: fits {fitting} forms, not one";
        }
        return null;
    }

    // Of several forms the one that went wrong farthest inside is the one that was meant.
    private static string Deepest(string[] reasons) => reasons.MaxBy(reason => reason.AsSpan(0, reason.IndexOf(':', StringComparison.Ordinal)).Length) ?? "";

    private static string? Type(JsonElement value, JsonElement schema, string? path)
    {
        if (!schema.TryGetProperty("type", out JsonElement type))
            return null;
        bool fits = type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.GetRawText().AsSpan().IndexOfAny(".eE") < 0,
            var other => throw new NotSupportedException($"The document has a type '{other}'."),
        };
        return fits ? null : path is null ? No : $"{path}: {Short(value)} is no {type.GetString()}";
    }

    private static string? Enumerated(JsonElement value, JsonElement schema, string? path) =>
        schema.TryGetProperty("enum", out JsonElement words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value))
            ? path is null ? No : $"{path}: {Short(value)} is none of {words.GetRawText()}"
            : null;

    private static string? Number(JsonElement value, JsonElement schema, string? path)
    {
        if (!value.TryGetDouble(out double number) || !double.IsFinite(number))
            return path is null ? No : $"{path}: {Short(value)} is out of range";
        if (schema.TryGetProperty("minimum", out JsonElement minimum) && number < minimum.GetDouble())
            return path is null ? No : $"{path}: value {Short(value)} invalid, must be {minimum.GetRawText()} or larger";
        if (schema.TryGetProperty("maximum", out JsonElement maximum) && number > maximum.GetDouble())
            return path is null ? No : $"{path}: value {Short(value)} invalid, must be {maximum.GetRawText()} or smaller";
        bool fits = !schema.TryGetProperty("format", out JsonElement format) || format.GetString() switch
        {
            "uint" or "uint64" => value.TryGetUInt64(out _),
            "uint32" => value.TryGetUInt32(out _),
            "uint8" => value.TryGetByte(out _),
            "int64" => value.TryGetInt64(out _),
            "float" => Math.Abs(number) <= float.MaxValue,
            _ => true,
        };
        return fits ? null : path is null ? No : $"{path}: {Short(value)} is no {format.GetString()}";
    }

    private static string? Text(JsonElement value, JsonElement schema, string? path)
    {
        string text = value.GetString()!;
        if (schema.TryGetProperty("minLength", out JsonElement least) && text.Length < least.GetInt32())
            return path is null ? No : $"{path}: shorter than {least.GetRawText()}";
        bool fits = !schema.TryGetProperty("format", out JsonElement format) || format.GetString() switch
        {
            "uuid" => Guid.TryParse(text, out _),
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            "uri" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
            _ => true,
        };
        return fits ? null : path is null ? No : $"{path}: '{text}' is no {format.GetString()}";
    }

    private string? List(JsonElement value, JsonElement schema, string? path)
    {
        if (schema.TryGetProperty("minItems", out JsonElement least) && value.GetArrayLength() < least.GetInt32())
            return path is null ? No : $"{path}: fewer than {least.GetRawText()} items";
        if (schema.TryGetProperty("uniqueItems", out JsonElement unique) && unique.GetBoolean()
            && value.EnumerateArray().Select(static item => item.GetRawText()).Distinct().Count() != value.GetArrayLength())
        {
            return path is null ? No : $"{path}: an item comes twice";
        }
        if (!schema.TryGetProperty("items", out JsonElement items))
            return null;
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
            if (Find(item, items, path is null ? null : $"{path}[{index++}]") is { } wrong)
                return wrong;
        return null;
    }

    private string? Object(JsonElement value, JsonElement schema, string? path)
    {
        if (schema.TryGetProperty("required", out JsonElement required))
            foreach (JsonElement name in required.EnumerateArray())
                if (!value.TryGetProperty(name.GetString()!, out _))
                    return path is null ? No : $"{path}: missing field `{name.GetString()}`";
        bool declared = schema.TryGetProperty("properties", out JsonElement properties);
        bool hasOthers = schema.TryGetProperty("additionalProperties", out JsonElement others);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            string? inside = path is null ? null : $"{path}.{member.Name}";
            if (declared && properties.TryGetProperty(member.Name, out JsonElement known))
            {
                if (Find(member.Value, known, inside) is { } wrong)
                    return wrong;
            }
            else if (hasOthers && others.ValueKind == JsonValueKind.Object)
            {
                if (Find(member.Value, others, inside) is { } wrong)
                    return wrong;
            }
            else if (hasOthers ? others.ValueKind == JsonValueKind.False : closed && declared)
            {
                return path is null ? No : $"{inside}: unknown field";
            }
        }
        return null;
    }

    private JsonElement Resolve(string reference)
    {
        JsonElement at = root;
        foreach (string part in reference.Split('/').Skip(1))
            at = at.GetProperty(part);
        return at;
    }

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 40 } text ? string.Concat(text.AsSpan(0, 40), "…") : value.GetRawText();
}
