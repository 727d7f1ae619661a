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
        routes.MapGet("/readyz", Ready).NeedsNoKey().WithTags("Health").WithSummary("Whether the model is loaded, every collection can be searched, and the server is not about to end.");
    }

    private static Ok<string> Live() => TypedResults.Ok("ok");

    private static Results<Ok<ReadinessReply>, JsonHttpResult<ReadinessReply>> Ready(CollectionRegistry collections, Readiness readiness, Draining draining)
    {
        var checks = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["model"] = readiness.IsWarm ? string.Join(", ", collections.ModelNames) : readiness.Fault ?? "loading",
        };
        foreach (var info in collections.List()) checks[$"collection {info.Name}"] = info.Fault ?? "ok";
        var ready = readiness.IsWarm && !draining.IsLeaving;
        var reply = new ReadinessReply(ready ? "ready" : draining.IsLeaving ? "leaving" : readiness.Fault is null ? "starting" : "failed", checks);
        return ready ? TypedResults.Ok(reply) : TypedResults.Json(reply, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
