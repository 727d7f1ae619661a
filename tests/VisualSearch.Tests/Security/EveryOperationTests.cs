using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

/// <summary>Every operation of the server's own OpenAPI document, so that a new one can't be forgotten.</summary>
public sealed class EveryOperationTests
{
    // Read, though they are POSTs: their questions don't fit into an address. Whatever else is no GET changes something, and needs more.
    private static readonly string[] Questions =
    [
        "POST /v1/collections/{collection}/search", "POST /v1/collections/{collection}/recommend", "POST /v1/collections/{collection}/ask",
        "POST /v1/collections/{collection}/lab/experiments", "POST /v1/embeddings",
    ];

    [Fact]
    public async Task Without_a_key_401_without_the_scope_403_over_the_rate_429_and_the_right_key_is_let_in()
    {
        await using var server = await KeyServer.StartAsync();
        var admin = server.Create(ApiScope.Admin).Key;
        var single = Enum.GetValues<ApiScope>().Where(static scope => scope != ApiScope.None).ToDictionary(static scope => scope, scope => server.Create(scope).Key);
        var others = server.Create(ApiScope.Search | ApiScope.Ingest).Key;
        var operations = await ApiOperation.ReadAsync(server, admin);
        Assert.Contains(operations, static operation => operation.ToString() == "DELETE /v1/collections/{collection}/assets/{id}");
        Assert.True(operations.Count >= 18, $"The document has {operations.Count} operations only.");

        Assert.All(operations.Where(static operation => operation.Path.StartsWith("/v1", StringComparison.Ordinal)), static operation => Assert.True(operation.NamesScope, $"{operation} names no scope."));
        foreach (var operation in operations.Where(static operation => operation.NamesScope))
        {
            using var none = await operation.SendAsync(server, null);
            await RefusedAsync(operation, none, HttpStatusCode.Unauthorized, "Bearer KEY");
            Assert.Equal("Basic", none.Headers.WwwAuthenticate.Single().Scheme);

            var word = operation.Needed.ToString().ToLowerInvariant();
            using var wrong = await operation.SendAsync(server, operation.Needed == ApiScope.Admin ? others : single[operation.Others]);
            await RefusedAsync(operation, wrong, HttpStatusCode.Forbidden, $"vsearch keys create --scopes {word}");

            var hasty = server.Create(operation.Needed, perMinute: 1).Key;
            using var first = await operation.SendAsync(server, hasty);
            LetIn(operation, first);
            using var second = await operation.SendAsync(server, hasty);
            await RefusedAsync(operation, second, HttpStatusCode.TooManyRequests, "1 requests a minute");
            Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

            foreach (var key in new[] { single[operation.Needed], admin })
            {
                using var right = await operation.SendAsync(server, key);
                LetIn(operation, right);
            }
        }

        // What is neither health nor below /v1 needs any key, as the page does.
        foreach (var operation in operations.Where(static operation => !operation.NamesScope))
        {
            using var open = await operation.SendAsync(server, operation.IsHealth ? null : single[ApiScope.Ingest]);
            LetIn(operation, open, orStarting: true);
            if (operation.IsHealth) continue;
            using var none = await operation.SendAsync(server, null);
            await RefusedAsync(operation, none, HttpStatusCode.Unauthorized, "Bearer KEY");
        }
    }

    [Fact]
    public async Task The_document_says_how_keys_are_sent_and_which_scope_each_operation_needs()
    {
        await using var server = await KeyServer.StartAsync();
        var document = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        var schemes = document.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal(["basicKey", "bearerKey", "headerKey"], schemes.EnumerateObject().Select(static scheme => scheme.Name).Order());
        Assert.Equal("X-Api-Key", schemes.GetProperty("headerKey").GetProperty("name").GetString());

        foreach (var operation in await ApiOperation.ReadAsync(server, null))
        {
            Assert.False(operation.IsHealth && operation.NamesScope, $"{operation} needs no key.");
            if (!operation.NamesScope) continue;
            Assert.Equal(3, operation.Description.GetProperty("security").GetArrayLength());
            Assert.Contains($"`{operation.Scopes.Single()}`", operation.Description.GetProperty("description").GetString(), StringComparison.Ordinal);
            var responses = operation.Description.GetProperty("responses");
            foreach (var status in new[] { "401", "403", "429" })
            {
                Assert.True(responses.TryGetProperty(status, out var response), $"{operation} does not say that it may answer {status}.");
                Assert.True(response.GetProperty("content").TryGetProperty("application/problem+json", out _), $"{operation}, {status}");
            }

            Assert.True(responses.GetProperty("429").GetProperty("headers").TryGetProperty("Retry-After", out _), $"{operation}");
        }
    }

    [Fact]
    public async Task Every_endpoint_of_the_API_names_its_scope_and_stands_in_the_document()
    {
        await using var server = await KeyServer.StartAsync();
        Assert.Empty(Forgotten(server));
        var documented = (await ApiOperation.ReadAsync(server, null)).Select(static operation => operation.ToString()).Where(IsOfApi).Order();
        Assert.Equal(documented, Routes(server).Select(static route => $"{route.Method} {route.Pattern}").Where(IsOfApi).Order());
        foreach (var route in Routes(server).Where(static route => NeededScope.Of(route.Endpoint) is { Scope: ApiScope.Search } && route.Method != "GET"))
            Assert.Contains($"{route.Method} {route.Pattern}", Questions);
    }

    [Fact]
    public async Task An_endpoint_that_names_no_scope_is_found_out_and_refused_to_every_key()
    {
        await using var server = await KeyServer.StartAsync(also: static app =>
        {
            app.MapGet("/v1/forgotten", static () => "anybody may read this");
            app.MapGet("/{**rest}", static () => "and this");
        });
        Assert.Contains("/v1/forgotten", Forgotten(server));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/forgotten")).StatusCode);
        var admin = server.Create(ApiScope.Admin).Key;
        foreach (var path in new[] { "/v1/forgotten", "/V1/Forgotten", "/v1/no/route/but/that/for/all" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(path)).StatusCode);
            using var refused = await server.GetAsync(path, admin);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("does not say which scope", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static bool IsOfApi(string operation) => operation.Contains(" /v1", StringComparison.Ordinal);

    private static IEnumerable<string> Forgotten(KeyServer server) =>
        Routes(server).Where(static route => route.Pattern.StartsWith("/v1", StringComparison.OrdinalIgnoreCase) && NeededScope.Of(route.Endpoint) is null).Select(static route => route.Pattern);

    private static IEnumerable<(Endpoint Endpoint, string Method, string Pattern)> Routes(KeyServer server) =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(static route =>
            (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["any"]).Select(method => ((Endpoint)route, method, Plain(route.RoutePattern.RawText!))));

    // "/v1/a/{id:long}/" as the document writes it: "/v1/a/{id}".
    private static string Plain(string pattern) => "/" + System.Text.RegularExpressions.Regex.Replace(pattern.Trim('/'), @":\w+\}", "}");

    private static async Task RefusedAsync(ApiOperation operation, HttpResponseMessage response, HttpStatusCode status, string says)
    {
        Assert.True(response.StatusCode == status, $"{operation}: {response.StatusCode} instead of {status}.");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.Contains(says, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static void LetIn(ApiOperation operation, HttpResponseMessage response, bool orStarting = false)
    {
        var status = (int)response.StatusCode;
        Assert.True(status is not (401 or 403 or 429) && (status < 500 || (orStarting && status == 503)), $"{operation}: {response.StatusCode}.");
    }
}
