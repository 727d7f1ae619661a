using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Api.Serving;

namespace VisualSearch.Api.Endpoints;

/// <summary>Liveness and readiness.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", Live).NeedsNoKey().WithTags("Health").WithSummary("Whether the process answers.");
        routes.MapGet("/readyz", Ready).NeedsNoKey().WithTags("Health").WithSummary("Whether the model is loaded, every collection can be searched, the keys can be read, and the server is not about to end.");
    }

    private static Ok<string> Live() => TypedResults.Ok("ok");

    private static Results<Ok<ReadinessReply>, JsonHttpResult<ReadinessReply>> Ready(CollectionRegistry collections, Readiness readiness, KeyRing keys, Draining draining)
    {
        var lockedOut = keys.Current.Fault is not null;
        var checks = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["model"] = readiness.IsWarm ? string.Join(", ", collections.ModelNames) : readiness.Fault ?? "loading",
            // Nobody needs a key to ask this, so where the file lies stays in the log.
            ["keys"] = lockedOut ? "can't be read, so that nobody is let in; the server's log says why" : "ok",
        };
        foreach (var info in collections.List()) checks[$"collection {info.Name}"] = info.Fault ?? "ok";
        var ready = readiness.IsWarm && !lockedOut && !draining.IsLeaving;
        var failed = readiness.Fault is not null || lockedOut;
        var reply = new ReadinessReply(ready ? "ready" : draining.IsLeaving ? "leaving" : failed ? "failed" : "starting", checks);
        return ready ? TypedResults.Ok(reply) : TypedResults.Json(reply, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
