using System.Text;
using System.Text.Json;
using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

/// <summary>An operation as the server's own OpenAPI document describes it.</summary>
internal sealed record ApiOperation(HttpMethod Method, string Path, JsonElement Description)
{
    public bool IsHealth => Path is "/healthz" or "/readyz";

    /// <summary>Whether it says which scope it needs, as each below /v1 must.</summary>
    public bool NamesScope => Description.TryGetProperty("security", out _);

    /// <summary>The scopes that each way to send a key lists.</summary>
    public string[] Scopes => [.. Description.GetProperty("security").EnumerateArray()
        .Select(static way => string.Join(",", way.EnumerateObject().Single().Value.EnumerateArray().Select(static scope => scope.GetString()))).Distinct()];

    public ApiScope Needed => ApiScopes.Parse(Scopes.Single().Split(','))!.Value;

    /// <summary>All scopes that don't allow it.</summary>
    public ApiScope Others => Needed switch
    {
        ApiScope.Search => ApiScope.Ingest,
        ApiScope.Ingest => ApiScope.Search,
        _ => ApiScope.Search | ApiScope.Ingest,
    };

    public static async Task<IReadOnlyList<ApiOperation>> ReadAsync(KeyServer server, string? key)
    {
        using var response = await server.GetAsync("/openapi/v1.json", key);
        response.EnsureSuccessStatusCode();
        var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return [.. document.GetProperty("paths").EnumerateObject().SelectMany(static path => path.Value.EnumerateObject()
            .Select(operation => new ApiOperation(HttpMethod.Parse(operation.Name.ToUpperInvariant()), path.Name, operation.Value)))];
    }

    /// <summary>Sends what the routing takes for this operation, and no endpoint can be content with: what comes back tells who was let in.</summary>
    public async Task<HttpResponseMessage> SendAsync(KeyServer server, string? key)
    {
        var path = Path.Replace("{collection}", "nowhere", StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal);
        Assert.DoesNotContain('{', path);
        return await server.SendAsync(Method, path, key, Body());
    }

    public override string ToString() => $"{Method} {Path}";

    private HttpContent? Body()
    {
        if (!Description.TryGetProperty("requestBody", out var body)) return null;
        var types = body.GetProperty("content").EnumerateObject().Select(static type => type.Name).ToArray();
        return types.Contains("application/json")
            ? new StringContent("""{"unheardOf":1}""", Encoding.UTF8, "application/json")
            : new MultipartFormDataContent { { new StringContent("1"), "unheardOf" } };
    }
}
