namespace VisualSearch.Api.Endpoints;

/// <summary>Says in the OpenAPI document which problems a route can answer with, beside those of keys, which what it needs brings along.</summary>
internal static class ProblemResponses
{
    public static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route, params int[] further)
    {
        route.ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        foreach (var status in further) route.ProducesProblem(status);
        return route;
    }
}
