using Microsoft.AspNetCore.Mvc;

namespace VisualSearch.Api.Security;

/// <summary>What an endpoint needs of a key, as metadata of it; null for no key at all.</summary>
/// <param name="Scope">The scope.</param>
internal sealed record NeededScope(ApiScope? Scope)
{
    /// <summary>What the endpoint says that a request goes to; null where it says nothing.</summary>
    public static NeededScope? Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<NeededScope>();

    /// <summary>
    /// Whether a request goes to an endpoint of the API that says nothing: a defect, and no reason to let anybody in. (Answers of the
    /// framework, such as 405, are endpoints too, but none of a route.)
    /// </summary>
    public static bool IsForgotten(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint route && Of(route) is null
        && (context.Request.Path.StartsWithSegments("/v1") || route.RoutePattern.RawText?.TrimStart('/').StartsWith("v1", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Whether a request changes what is stored, by what it needs and how it is sent.</summary>
    public static bool IsWrite(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && Of(context.GetEndpoint()) is { Scope: { } scope } && (scope & (ApiScope.Ingest | ApiScope.Admin)) != 0;
}

/// <summary>Lets endpoints say what they need of a key. Each says it itself: one that is added to a group must not inherit less than it needs.</summary>
internal static class ScopeConventions
{
    private static readonly string[] ProblemType = ["application/problem+json"];

    /// <summary>Only keys with this scope may come in; the answers without, also in the API's documents, are 401, 403, 429, and 503 where keys can't be read.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, ApiScope scope)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(built =>
        {
            built.Metadata.Add(new NeededScope(scope));
            foreach (var status in (int[])[401, 403, 429, 503]) built.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ProblemType));
        });
        return endpoint;
    }

    /// <summary>Anybody may come in, also where keys are needed.</summary>
    public static TBuilder NeedsNoKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(static built => built.Metadata.Add(new NeededScope(null)));
        return endpoint;
    }
}
