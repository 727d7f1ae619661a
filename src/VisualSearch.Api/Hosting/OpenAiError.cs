namespace VisualSearch.Api.Hosting;

/// <summary>
/// The member <c>error</c> that clients of OpenAI's API read, beside the problem details' own, on the routes that follow that API:
/// without it they say no more than the status.
/// </summary>
/// <param name="Message">What was wrong, and what to do.</param>
/// <param name="Type"><c>invalid_request_error</c>, <c>authentication_error</c>, <c>permission_error</c>, <c>rate_limit_error</c> or <c>server_error</c>.</param>
/// <param name="Param">The field it is about; null where it is about none.</param>
/// <param name="Code">The status in a word.</param>
internal sealed record OpenAiError(string Message, string Type, string? Param, string Code)
{
    /// <summary>Adds it to the problem details of a route that follows OpenAI's API.</summary>
    public static void AddTo(ProblemDetailsContext problem)
    {
        if (!problem.HttpContext.Request.Path.StartsWithSegments("/v1/embeddings")) return;
        var details = problem.ProblemDetails;
        var status = details.Status ?? problem.HttpContext.Response.StatusCode;
        var (type, code) = status switch
        {
            StatusCodes.Status401Unauthorized => ("authentication_error", "invalid_api_key"),
            StatusCodes.Status403Forbidden => ("permission_error", "insufficient_permissions"),
            StatusCodes.Status429TooManyRequests => ("rate_limit_error", "rate_limit_exceeded"),
            StatusCodes.Status404NotFound => ("invalid_request_error", "model_not_found"),
            >= StatusCodes.Status500InternalServerError => ("server_error", "server_error"),
            _ => ("invalid_request_error", "invalid_value"),
        };
        details.Extensions["error"] = new OpenAiError(details.Detail ?? details.Title ?? "", type, details.Extensions.TryGetValue("field", out var field) ? field as string : null, code);
    }
}
