using Microsoft.AspNetCore.Diagnostics;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Api.Hosting;

/// <summary>A request that can't be served, with the status and the field it is about.</summary>
internal sealed class RequestException(int status, string title, string detail, string? about = null) : Exception(detail)
{
    public int Status => status;

    public string Title => title;

    public string? Field => about;

    /// <summary>When the request may be sent again; null where that would not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RequestException Invalid(string field, string detail) => new(StatusCodes.Status400BadRequest, "Invalid value", detail, field);
}

/// <summary>The one place where errors become RFC 9457 problem details. What is not listed here is a defect of ours: logged, and 500 without details.</summary>
internal sealed class ProblemMapping(IProblemDetailsService problems, ILogger<ProblemMapping> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var details = Describe(exception, log, context.Request);
        context.Response.StatusCode = details.Status!.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details }).ConfigureAwait(false);
    }

    /// <summary>An error as problem details.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="log">Told of what is a defect of ours.</param>
    /// <param name="request">The request it ended, where there is one to name.</param>
    public static Microsoft.AspNetCore.Mvc.ProblemDetails Describe(Exception exception, ILogger log, HttpRequest? request = null)
    {
        var (status, title, field) = exception switch
        {
            RequestException refused => (refused.Status, refused.Title, refused.Field),
            PictureException picture => (StatusOf(picture.Fault), "The picture can't be used", "image"),
            VideoException video => (StatusOf(video.Fault), "The video can't be used", "video"),
            FfmpegMissingException => (StatusCodes.Status503ServiceUnavailable, "ffmpeg is not on the server", null),
            FilterException => (StatusCodes.Status400BadRequest, "Invalid filter", "filter"),
            QueryException query => (StatusCodes.Status400BadRequest, "Invalid value", query.Field),
            ItemNotFoundException item => (StatusCodes.Status404NotFound, "No such item", item.Field),
            CollectionNameException => (StatusCodes.Status400BadRequest, "Invalid collection name", "collection"),
            CollectionNotFoundException or CollectionReplacedException => (StatusCodes.Status404NotFound, "No such collection", "collection"),
            WriterBusyException => (StatusCodes.Status409Conflict, "The collection is being written", null),
            ModelMismatchException or FormatMismatchException => (StatusCodes.Status409Conflict, "The collection needs another model or version", "collection"),
            ModelNotFoundException => (StatusCodes.Status503ServiceUnavailable, "The collection's model is not on the server", "collection"),
            QdrantException qdrant => (StatusOf(qdrant.Fault), "Qdrant can't be asked", null),
            RegionsMissingException => (StatusCodes.Status409Conflict, "Parts of the pictures were not embedded", "regions"),
            ChatModelException chat => (StatusOf(chat.Fault), "The language model can't answer", null),
            SearchException => (StatusCodes.Status422UnprocessableEntity, "The request can't be carried out", null),
            ModelException => (StatusCodes.Status503ServiceUnavailable, "The model can't be used", null),
            BadHttpRequestException bad => (bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is too long" : "Malformed request", (string?)null),
            _ => (StatusCodes.Status500InternalServerError, "Something went wrong on the server", null),
        };

        var expected = status != StatusCodes.Status500InternalServerError;
        if (!expected) log.LogError(exception, "Unhandled error on {Method} {Path}", request?.Method, request?.Path);
        var details = new Microsoft.AspNetCore.Mvc.ProblemDetails
        {
            Status = status,
            Title = title,
            Detail = expected ? exception.Message : "The request was not carried out. The server's log has the details.",
        };
        if (field is not null) details.Extensions["field"] = field;
        var wait = exception switch { ChatModelException chat => chat.RetryAfter, RequestException refused => refused.RetryAfter, _ => null };
        if (wait is { } pause && request is not null)
            request.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return details;
    }

    private static int StatusOf(VideoFault fault) => fault switch
    {
        VideoFault.TooManyBytes or VideoFault.TooManyPixels or VideoFault.TooLong => StatusCodes.Status413PayloadTooLarge,
        VideoFault.NotVideo or VideoFault.NoVideoStream => StatusCodes.Status415UnsupportedMediaType,
        VideoFault.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    // Whose fault it is: the asker's (4xx), our settings' (503), or the model's server (502, 504).
    private static int StatusOf(ChatModelFault fault) => fault switch
    {
        ChatModelFault.TooManyAnswers or ChatModelFault.TooManyRequests => StatusCodes.Status429TooManyRequests,
        ChatModelFault.TooLong => StatusCodes.Status413PayloadTooLarge,
        ChatModelFault.Stalled or ChatModelFault.TooSlow => StatusCodes.Status504GatewayTimeout,
        ChatModelFault.Settings or ChatModelFault.Unreachable or ChatModelFault.KeyRefused or ChatModelFault.ModelNotFound => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status502BadGateway,
    };

    private static int StatusOf(QdrantFault fault) => fault switch
    {
        QdrantFault.Timeout => StatusCodes.Status504GatewayTimeout,
        QdrantFault.Unreachable or QdrantFault.Overloaded or QdrantFault.RefusedKey or QdrantFault.Settings => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status502BadGateway,
    };

    private static int StatusOf(PictureFault fault) => fault switch
    {
        PictureFault.TooManyBytes or PictureFault.TooManyPixels => StatusCodes.Status413PayloadTooLarge,
        PictureFault.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        PictureFault.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
