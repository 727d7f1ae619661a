using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>Qdrant's OpenAPI document: which operation a request is of, and whether it follows it.</summary>
public sealed class OpenApiContract
{
    private readonly JsonElement paths;
    private readonly SchemaValidator requests;
    private readonly SchemaValidator replies;

    private OpenApiContract(JsonElement root)
    {
        paths = root.GetProperty("paths");
        requests = new SchemaValidator(root, closed: true);
        replies = new SchemaValidator(root, closed: false);
    }

    /// <summary>Where the document lies below the shared folder.</summary>
    public static string[] File { get; } = ["qdrant", "openapi-1.19.json"];

    private static Lazy<OpenApiContract> Shared { get; } = new(static () =>
    {
        string path = SharedData.Path(File) ?? throw new FileNotFoundException("Qdrant's OpenAPI document is not there.");
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return new OpenApiContract(document.RootElement.Clone());
    });

    /// <summary>The document; read once, since it never changes.</summary>
    public static OpenApiContract Load() => Shared.Value;

    /// <summary>An operation and the values in its path.</summary>
    public sealed record Operation(string Name, JsonElement Json, IReadOnlyDictionary<string, string> Path, IReadOnlyList<JsonElement> Parameters);

    /// <summary>The operation that a request is of.</summary>
    /// <exception cref="ContractException">There is none: 404 without such a path, 405 without such a method on it.</exception>
    public Operation Find(string method, string path)
    {
        string[] parts = path.Split('/');
        // A path without parameters comes first: /collections/aliases is no collection.
        foreach (JsonProperty candidate in paths.EnumerateObject().OrderBy(static p => p.Name.Count(static c => c == '{')))
        {
            if (Fit(candidate.Name.Split('/'), parts) is not { } values)
                continue;
            if (!candidate.Value.TryGetProperty(method.ToLowerInvariant(), out JsonElement operation))
            {
                if (candidate.Name.Contains('{', StringComparison.Ordinal))
                    throw new ContractException(HttpStatusCode.MethodNotAllowed, $"{method} is not allowed on {candidate.Name}");
                continue;
            }
            return new Operation($"{method} {candidate.Name}", operation, values, [.. Parameters(candidate.Value), .. Parameters(operation)]);
        }
        bool known = paths.EnumerateObject().Any(candidate => Fit(candidate.Name.Split('/'), parts) is not null);
        throw known
            ? new ContractException(HttpStatusCode.MethodNotAllowed, $"{method} is not allowed on {path}")
            : new ContractException(HttpStatusCode.NotFound, $"There is no {path}");
    }

    /// <summary>Refuses a request that does not follow its operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="query">The query of its address.</param>
    /// <param name="body">Its body, or null for none.</param>
    /// <exception cref="ContractException">It does not.</exception>
    public void Check(Operation operation, IQueryCollection query, JsonElement? body)
    {
        foreach (JsonElement parameter in operation.Parameters)
        {
            string name = parameter.GetProperty("name").GetString()!;
            bool inPath = parameter.GetProperty("in").GetString() == "path";
            string? text = inPath ? operation.Path.GetValueOrDefault(name) : query.TryGetValue(name, out var given) ? given.ToString() : null;
            bool required = parameter.TryGetProperty("required", out JsonElement must) && must.GetBoolean();
            if (text is null && !required)
                continue;
            if (text is null || (requests.Check(AsText(text), parameter.GetProperty("schema"), name) is { } asText
                && (AsJson(text) is not { } json || requests.Check(json, parameter.GetProperty("schema"), name) is not null)))
            {
                throw new ContractException(HttpStatusCode.BadRequest, $"Query deserialize error: {name} = '{text}'");
            }
        }
        foreach (string name in query.Keys)
            if (!operation.Parameters.Any(p => p.GetProperty("in").GetString() == "query" && p.GetProperty("name").GetString() == name))
                throw new ContractException(HttpStatusCode.BadRequest, $"Query deserialize error: unknown parameter {name}");

        bool takesBody = operation.Json.TryGetProperty("requestBody", out JsonElement declared);
        if (!takesBody && body is not null)
            throw ContractException.Format($"{operation.Name} takes no body");
        if (takesBody && body is null)
            throw ContractException.Format("EOF while parsing a value at line 1 column 0");
        if (takesBody && requests.Check(body!.Value, declared.GetProperty("content").EnumerateObject().Single().Value.GetProperty("schema")) is { } wrong)
            throw ContractException.Format(wrong);
    }

    /// <summary>Whether an operation takes a file in a form, and no JSON.</summary>
    public static bool TakesForm(Operation operation) =>
        operation.Json.TryGetProperty("requestBody", out JsonElement declared) && declared.GetProperty("content").TryGetProperty("multipart/form-data", out _);

    /// <summary>What is wrong with a successful reply, or null.</summary>
    public string? CheckReply(Operation operation, JsonElement reply)
    {
        JsonElement content = operation.Json.GetProperty("responses").GetProperty("200").GetProperty("content");
        return content.TryGetProperty("application/json", out JsonElement json) ? replies.Check(reply, json.GetProperty("schema")) : null;
    }

    private static IEnumerable<JsonElement> Parameters(JsonElement owner) => owner.TryGetProperty("parameters", out JsonElement list) ? list.EnumerateArray() : [];

    private static Dictionary<string, string>? Fit(string[] template, string[] parts)
    {
        if (template.Length != parts.Length)
            return null;
        var values = new Dictionary<string, string>();
        for (int i = 0; i < parts.Length; i++)
        {
            if (template[i].StartsWith('{'))
            {
                if (parts[i].Length == 0)
                    return null;
                values[template[i][1..^1]] = Uri.UnescapeDataString(parts[i]);
            }
            else if (template[i] != parts[i])
            {
                return null;
            }
        }
        return values;
    }

    private static JsonElement AsText(string text) => JsonSerializer.SerializeToElement(text);

    private static JsonElement? AsJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
