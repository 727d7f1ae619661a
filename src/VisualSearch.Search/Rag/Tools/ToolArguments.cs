using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>Compares a call's arguments with a tool's schema, and says in words what does not fit.</summary>
internal static class ToolArguments
{
    // Enough to recognise a value by.
    private const int MostShown = 40;

    /// <summary>The arguments without those that are null: language models fill in what they leave out.</summary>
    public static AIFunctionArguments WithoutNulls(AIFunctionArguments arguments)
    {
        AIFunctionArguments given = new() { Services = arguments.Services, Context = arguments.Context };
        foreach ((string name, object? value) in arguments)
        {
            if (value is not (null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }))
                given.Add(name, value);
        }

        return given;
    }

    /// <summary>What is wrong with the arguments; null when they fit.</summary>
    public static string? Fault(AIFunction tool, AIFunctionArguments arguments)
    {
        JsonElement schema = tool.JsonSchema;
        Dictionary<string, JsonElement> known = Properties(schema);
        foreach (string name in Required(schema))
        {
            if (!arguments.ContainsKey(name))
                return $"'{name}' is missing. {Usage(tool)}";
        }

        foreach ((string name, object? value) in arguments)
        {
            if (!known.TryGetValue(name, out JsonElement property))
                return $"There is no argument '{name}'. {Usage(tool)}";
            // A program's own values are looked at as the JSON they would be.
            JsonElement json = value is JsonElement given ? given : JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions);
            if (!Fits(property, json))
                return $"'{name}' is {Shown(json)}; give {Wanted(property)}. {Usage(tool)}";
        }

        return null;
    }

    /// <summary>"search_words takes text (string), k (integer, optional) …".</summary>
    public static string Usage(AIFunction tool)
    {
        HashSet<string> required = [.. Required(tool.JsonSchema)];
        IEnumerable<string> words = Properties(tool.JsonSchema).Select(property =>
            $"{property.Key} ({Wanted(property.Value)}{(required.Contains(property.Key) ? "" : ", optional")})");
        string list = string.Join(", ", words);
        return list.Length == 0 ? $"{tool.Name} takes no arguments." : $"{tool.Name} takes: {list}.";
    }

    private static Dictionary<string, JsonElement> Properties(JsonElement schema) => schema.TryGetProperty("properties", out JsonElement properties)
        ? properties.EnumerateObject().ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal)
        : [];

    private static IEnumerable<string> Required(JsonElement schema) => schema.TryGetProperty("required", out JsonElement required)
        ? required.EnumerateArray().Select(name => name.GetString()!)
        : [];

    // The types of our own parameters, and no more of JSON Schema.
    private static bool Fits(JsonElement property, JsonElement value) => Type(property) switch
    {
        "integer" => IsInteger(value),
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsInteger),
        _ => true,
    };

    // Some models put numbers into quotes.
    private static bool IsInteger(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt64(out _),
        JsonValueKind.String => long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    private static string Wanted(JsonElement property) => Type(property) switch
    {
        "integer" => "an integer",
        "string" => "a text",
        "boolean" => "true or false",
        "object" => "a JSON object",
        "array" => "a list of integers",
        _ => "JSON",
    };

    private static string? Type(JsonElement property)
    {
        if (!property.TryGetProperty("type", out JsonElement type))
            return null;
        return type.ValueKind == JsonValueKind.String ? type.GetString() : type.EnumerateArray().Select(word => word.GetString()).FirstOrDefault(word => word != "null");
    }

    private static string Shown(JsonElement value)
    {
        string raw = value.GetRawText();
        return raw.Length <= MostShown ? raw : raw[..MostShown] + "…";
    }
}
