using Microsoft.Net.Http.Headers;

namespace VisualSearch.Api.Hosting;

/// <summary>Headers on every response: the page may load from this server alone, may not be framed, nothing is sniffed, and no shared cache keeps what a key opened.</summary>
internal static class SecurityHeaders
{
    private const string Page =
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; connect-src 'self'; media-src 'self'; "
        + "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    // Swagger UI writes style attributes; its scripts are files of their own.
    private const string ApiDocuments = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private const string AYear = "max-age=31536000";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        // Only when the response starts: what turns an error into problem details clears all headers that were set before.
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    });

    private static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs") ? ApiDocuments : Page;
        headers.XContentTypeOptions = "nosniff";
        // For what is too old to know frame-ancestors.
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        if (IsTls(context.Request)) headers.StrictTransportSecurity = AYear;
        // Shared caches leave answers to Authorization alone by themselves, but know nothing of X-Api-Key.
        if (!headers.ContainsKey(HeaderNames.CacheControl)) headers.CacheControl = "private, no-cache";
        return Task.CompletedTask;
    }

    // A proxy that ends TLS says so. Who lies about it changes the answer to nobody but himself, and browsers ignore this header without TLS.
    // Not for loopback names: a browser would ask https of every other program on that name, whatever its port.
    private static bool IsTls(HttpRequest request) =>
        (request.IsHttps || string.Equals(request.Headers["X-Forwarded-Proto"], "https", StringComparison.OrdinalIgnoreCase))
        && request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]");
}
