using System.Security.Cryptography;
using System.Text;

namespace VisualSearch.Api.Hosting;

/// <summary>
/// Lets a request through when it carries the configured key: <c>Authorization: Bearer KEY</c>, <c>X-Api-Key: KEY</c>, or Basic
/// with the key as the password, which is what a browser's own prompt sends, also for the page's pictures.
/// </summary>
internal sealed class ApiKeyGate(RequestDelegate next, ApiOptions options)
{
    private readonly byte[]? _expected = options.ApiKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (IsForgedWrite(context.Request))
        {
            return Refuse(context, StatusCodes.Status403Forbidden, "Cross-site request refused", "Another site's page sent this request. Open the page of this server itself.");
        }

        var open = _expected is null || context.Request.Path.StartsWithSegments("/healthz") || context.Request.Path.StartsWithSegments("/readyz");
        if (open || Presented(context.Request) is { } presented && Matches(presented)) return next(context);
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"VisualSearch: any name, the API key as password\", charset=\"UTF-8\"";
        return Refuse(context, StatusCodes.Status401Unauthorized, "API key needed", "Send the key as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");
    }

    // Browsers attach Basic credentials (and reach loopback servers) also for other sites' forms, and say so in this header.
    private static bool IsForgedWrite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";

    private static string? Presented(HttpRequest request)
    {
        if (request.Headers["X-Api-Key"].ToString() is { Length: > 0 } header) return header;
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization["Bearer ".Length..].Trim();
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var encoded = authorization["Basic ".Length..].Trim();
        var buffer = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, buffer, out var length)) return null;
        var pair = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }

    // Hashed first so that both sides have one length and the comparison takes one time.
    private bool Matches(string presented) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), _expected);

    private static Task Refuse(HttpContext context, int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
}
