namespace VisualSearch.Api.Hosting;

/// <summary>What to do about a status that the framework answers by itself, without a word.</summary>
internal static class StatusAdvice
{
    public static string For(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest => "The request can't be read. The API's documents are at /docs.",
        StatusCodes.Status404NotFound => $"There is nothing at '{context.Request.Path}'. The API's documents are at /docs.",
        StatusCodes.Status405MethodNotAllowed => $"'{context.Request.Path}' does not take {context.Request.Method}; it takes {context.Response.Headers.Allow}.",
        StatusCodes.Status413PayloadTooLarge => "The body is longer than this server takes.",
        StatusCodes.Status415UnsupportedMediaType => $"The body's content type is '{context.Request.ContentType}'. Send application/json, or multipart/form-data where a file comes along.",
        _ => "The API's documents are at /docs.",
    };
}
