using System.Net;
using System.Text.Json;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>Turns what went wrong into a <see cref="QdrantException"/>: what was asked of whom, what came back, and what to do.</summary>
internal sealed class QdrantErrors(QdrantOptions options, TimeProvider time)
{
    // Enough for any message of Qdrant's; a page of HTML from something else is of no use to anybody.
    private const int LongestMessage = 600;

    /// <summary>A reply that is not a success.</summary>
    public QdrantException Refused(QdrantCall call, Uri node, HttpResponseMessage response)
    {
        HttpStatusCode status = response.StatusCode;
        string? said = ServerMessage(response);
        (QdrantFault fault, string advice) = Meaning(status);
        string cause = said is null ? $"{(int)status} {response.ReasonPhrase}" : $"{(int)status}: {said.TrimEnd('.')}";
        return new QdrantException(fault, Hide($"Qdrant at {Name(node)} was asked to {call.What} and answered {cause}. {advice}"))
        {
            Status = status,
            ServerMessage = said is null ? null : Hide(said),
            RetryAfter = fault == QdrantFault.Overloaded ? RetryAfter(response) : null,
        };
    }

    /// <summary>No connection, or a broken one.</summary>
    public QdrantException Unreachable(QdrantCall call, Uri node, Exception cause)
    {
        HttpRequestError error = (cause as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        // A cancellation that neither the caller nor the clock of the try asked for is that of the connect timeout.
        bool neverSent = cause is OperationCanceledException || error is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
        string advice = error == HttpRequestError.SecureConnectionError
            ? "Check that the address begins with http:// or https:// as the server expects, and its certificate."
            : "Check that it runs, and the address in VSEARCH_QDRANT_URL.";
        string what = neverSent ? "can't be reached" : "broke the connection off";
        return new QdrantException(QdrantFault.Unreachable, Hide($"Qdrant at {Name(node)} {what} to {call.What} ({cause.Message.TrimEnd('.')}). {advice}"), cause) { WasNeverSent = neverSent };
    }

    /// <summary>No reply in time.</summary>
    public QdrantException TooSlow(QdrantCall call, Uri node, Exception cause) => new(QdrantFault.Timeout,
        Hide($"Qdrant at {Name(node)} did not {call.What} within {(call.Patience ?? options.RequestTimeout).TotalSeconds:0.###} s. Check its load, or allow more time."), cause);

    /// <summary>A success that can't be read.</summary>
    public QdrantException Unreadable(QdrantCall call, HttpResponseMessage response, Exception cause) => new(QdrantFault.BadReply,
        Hide($"{Name(response.RequestMessage!.RequestUri!)} was asked to {call.What} and sent a reply that is none of Qdrant's ({cause.Message.TrimEnd('.')}). " +
            "Check that the address is Qdrant's REST port, 6333 by default."), cause)
    {
        Status = response.StatusCode,
    };

    private static (QdrantFault Fault, string Advice) Meaning(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (QdrantFault.RefusedKey, "Put a key that may do this into VSEARCH_QDRANT_API_KEY."),
        HttpStatusCode.NotFound => (QdrantFault.NotFound, "Check the name; it may have been deleted."),
        HttpStatusCode.Conflict => (QdrantFault.Conflict, "Choose another name, or delete what is there."),
        HttpStatusCode.RequestEntityTooLarge => (QdrantFault.BadRequest, "Send smaller batches, or raise the server's service.max_request_size_mb."),
        HttpStatusCode.RequestTimeout => (QdrantFault.Timeout, "Check the server's load, or allow more time."),
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => (QdrantFault.Overloaded, "Try again later."),
        >= HttpStatusCode.InternalServerError => (QdrantFault.ServerError, "Look into the server's log."),
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => (QdrantFault.BadReply, "Name the address that it points to, in VSEARCH_QDRANT_URL."),
        _ => (QdrantFault.BadRequest, "Check the version of the server: this program speaks that of Qdrant 1.19."),
    };

    private static string? ServerMessage(HttpResponseMessage response)
    {
        using var reader = new StreamReader(response.Content.ReadAsStream());
        string text = reader.ReadToEnd().Trim();
        if (text.Length == 0)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("status", out JsonElement status)
                && status.ValueKind == JsonValueKind.Object
                && status.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.String)
            {
                text = error.GetString()!;
            }
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            // Not Qdrant's form: then the text is the message.
        }
        return text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage), "…");
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? asked = response.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? (header.Date is { } date ? date - time.GetUtcNow() : null);
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    private static string Name(Uri node) => node.GetLeftPart(UriPartial.Authority);

    // A proxy may quote the request that it refuses, with its headers.
    private string Hide(string message) => options.ApiKey is { } key ? message.Replace(key, "***", StringComparison.Ordinal) : message;
}
