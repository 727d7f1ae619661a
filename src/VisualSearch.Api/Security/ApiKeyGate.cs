using System.Globalization;

namespace VisualSearch.Api.Security;

/// <summary>
/// Lets a request through when its key may do what the endpoint needs: 401 without a key, 429 when it asks too often, 403 when it lacks the
/// scope. The page's files and the API's documents need any key, liveness and readiness none.
/// </summary>
internal sealed class ApiKeyGate(RequestDelegate next, KeyRing ring, RateLimits limits, KeyUse use)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (IsForgedWrite(context.Request))
            return Refuse(context, StatusCodes.Status403Forbidden, "Cross-site request refused", "Another site's page sent this request. Open the page of this server itself.");

        var needed = NeededScope.Of(context.GetEndpoint());
        if (needed is { Scope: null }) return next(context);
        var keys = ring.Current;
        if (!keys.IsNeeded) return next(context);
        if (keys.Fault is not null)
        {
            return Refuse(context, StatusCodes.Status503ServiceUnavailable, "The keys can't be read",
                $"Nobody is let in while the file {KeyFile.FileName} in the server's data folder can't be used. The server's log says what is wrong with it.");
        }

        if (PresentedKey.Of(context.Request) is not { } presented) return Unauthorized(context, "Send the key as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");

        // A key of the file can't be guessed and is always looked at, so that nobody behind the same proxy is locked out by another's wrong ones;
        // the environment's key may be a word that can be.
        var address = context.Connection.RemoteIpAddress;
        if (KeyText.IdOf(presented) is null && limits.PauseAfterFailures(address) is { } pause) return TooManyFailures(context, pause);
        if (keys.Find(presented, out var refusal) is not { } caller)
        {
            return limits.CountFailure(address) is { } wait
                ? TooManyFailures(context, wait)
                : Unauthorized(context, $"{refusal} Send a valid one as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'; the server's owner makes one with: vsearch keys create");
        }

        if (limits.Count(caller) is { } rest)
            return TooMany(context, rest, "Too many requests", $"This key ({caller.Id}) may send {caller.PerMinute} requests a minute.");
        use.Saw(caller);
        if (NeededScope.IsForgotten(context))
        {
            return Refuse(context, StatusCodes.Status403Forbidden, "No scope is named",
                $"'{context.Request.Path}' does not say which scope it needs, so no key is enough for it. That is a defect of this server; please report it.");
        }

        if (needed?.Scope is { } scope && !caller.Scopes.Allow(scope))
        {
            var word = scope.Words()[0];
            return Refuse(context, StatusCodes.Status403Forbidden, "The key lacks a scope",
                $"This needs the scope '{word}'; this key ({caller.Id}) has {string.Join(", ", caller.Scopes.Words())}. The server's owner makes one that has it with: vsearch keys create --scopes {word}");
        }

        context.Features.Set(caller);
        return next(context);
    }

    // Browsers attach Basic credentials (and reach loopback servers) also for other sites' forms, and say so in this header.
    private static bool IsForgedWrite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";

    private static Task Unauthorized(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"VisualSearch: any name, the API key as password\", charset=\"UTF-8\"";
        return Refuse(context, StatusCodes.Status401Unauthorized, "API key needed", detail);
    }

    private static Task TooManyFailures(HttpContext context, TimeSpan pause) => TooMany(
        context, pause, "Too many wrong keys", $"From this address came more than {RateLimits.FailuresPerMinute} wrong keys in a minute.");

    private static Task TooMany(HttpContext context, TimeSpan pause, string title, string detail)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.RetryAfter = seconds;
        return Refuse(context, StatusCodes.Status429TooManyRequests, title, $"{detail} Try again in {seconds} s.");
    }

    private static Task Refuse(HttpContext context, int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
}
