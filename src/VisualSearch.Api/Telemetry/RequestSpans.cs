using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace VisualSearch.Api.Telemetry;

/// <summary>Gives the span of a request its name and what OpenTelemetry says of requests; ASP.NET Core 10 leaves that to others.</summary>
/// <param name="next">The rest of the server.</param>
internal sealed class RequestSpans(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span ? TraceAsync(context, span) : next(context);

    private async Task TraceAsync(HttpContext context, Activity span)
    {
        var request = context.Request;
        if (IsProbe(request.Path))
        {
            // Asked for every few seconds, for ever: spans of these would bury the others.
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            span.IsAllDataRequested = false;
            await next(context).ConfigureAwait(false);
            return;
        }

        // Before: where an error is turned into a reply the endpoint is taken off.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? request.Method : $"{request.Method} {route}";
        span.SetTag("http.request.method", request.Method);
        span.SetTag("url.scheme", request.Scheme);
        // Without the query: it may hold what somebody looks for.
        span.SetTag("url.path", request.Path.Value);
        if (route is not null) span.SetTag("http.route", route);
        await next(context).ConfigureAwait(false);
        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        if (status < 500) return;
        span.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        span.SetStatus(ActivityStatusCode.Error);
    }

    private static bool IsProbe(PathString path) => path.StartsWithSegments("/healthz") || path.StartsWithSegments("/readyz") || path.StartsWithSegments("/metrics");
}
