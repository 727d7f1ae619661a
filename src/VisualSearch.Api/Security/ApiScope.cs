using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Api.Security;

/// <summary>What a key lets its holder do. A key has one or several; every endpoint names the one that it needs.</summary>
[Flags]
public enum ApiScope
{
    /// <summary>Nothing beyond what any key may: the page's own files and the API's documents.</summary>
    None = 0,

    /// <summary>To search, ask, embed, and look at what collections hold.</summary>
    Search = 1,

    /// <summary>To put pictures and videos into collections, and take them out.</summary>
    Ingest = 2,

    /// <summary>To change how collections are built and served; includes the other two.</summary>
    Admin = 4,
}

/// <summary>Sets of scopes, as people write them and as they are compared.</summary>
public static class ApiScopes
{
    private static readonly ApiScope[] Single = [ApiScope.Search, ApiScope.Ingest, ApiScope.Admin];

    /// <summary>The scopes' names, for messages and help: <c>search, ingest, admin</c>.</summary>
    public static string Known { get; } = string.Join(", ", Single.Select(Word));

    /// <summary>Whether a key with these scopes may do what needs <paramref name="needed"/>.</summary>
    /// <param name="granted">The key's scopes.</param>
    /// <param name="needed">The scope that an endpoint names.</param>
    public static bool Allow(this ApiScope granted, ApiScope needed) => granted.HasFlag(ApiScope.Admin) || granted.HasFlag(needed);

    /// <summary>The names of the scopes in a set: <c>search, ingest</c>.</summary>
    /// <param name="scopes">The set.</param>
    public static IReadOnlyList<string> Words(this ApiScope scopes) => [.. Single.Where(one => scopes.HasFlag(one)).Select(Word)];

    /// <summary>Reads names of scopes; null when one of them is none, or when there are none.</summary>
    /// <param name="words">The names, in any case.</param>
    public static ApiScope? Parse(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var scopes = ApiScope.None;
        foreach (var word in words)
        {
            var found = Array.Find(Single, one => string.Equals(Word(one), word, StringComparison.OrdinalIgnoreCase));
            if (found == ApiScope.None) return null;
            scopes |= found;
        }

        return scopes == ApiScope.None ? null : scopes;
    }

    private static string Word(ApiScope one) => one.ToString().ToLowerInvariant();
}

/// <summary>A set of scopes as an array of their names.</summary>
internal sealed class ScopeSetJson : JsonConverter<ApiScope>
{
    public override ApiScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var words = JsonSerializer.Deserialize<string[]>(ref reader, options) ?? [];
        return ApiScopes.Parse(words) ?? throw new JsonException($"scopes are '{string.Join(", ", words)}'; there are {ApiScopes.Known}, and a key has at least one.");
    }

    public override void Write(Utf8JsonWriter writer, ApiScope value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Words(), options);
}
