using System.Net;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>What kind of failure a call to Qdrant ended in.</summary>
public enum QdrantFault
{
    /// <summary>An address or key can't be used; nothing was sent.</summary>
    Settings,

    /// <summary>No connection, or it broke before the reply was complete.</summary>
    Unreachable,

    /// <summary>No reply in time.</summary>
    Timeout,

    /// <summary>The key is missing, wrong, or not enough for this call (401, 403).</summary>
    RefusedKey,

    /// <summary>The collection, point or snapshot is not there (404).</summary>
    NotFound,

    /// <summary>What is to be made is there already (409).</summary>
    Conflict,

    /// <summary>The request is wrong (400, 413, 422 and others).</summary>
    BadRequest,

    /// <summary>The server asks to come back later (429, 503).</summary>
    Overloaded,

    /// <summary>The server failed (500 and others).</summary>
    ServerError,

    /// <summary>The reply is none that Qdrant gives: there is something else at this address.</summary>
    BadReply,
}

/// <summary>A call to Qdrant failed: what was asked of whom, what came back, and what to do.</summary>
public sealed class QdrantException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="fault">Its kind.</param>
    /// <param name="message">What was wrong and what to do, without the key.</param>
    /// <param name="inner">The cause, where the network reported it.</param>
    public QdrantException(QdrantFault fault, string message, Exception? inner = null)
        : base(CodeOf(fault), message, inner) => Fault = fault;

    /// <summary>Its kind.</summary>
    public QdrantFault Fault { get; }

    /// <summary>The HTTP status, or null where there was no reply.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>What the server said was wrong; null where it said nothing.</summary>
    public string? ServerMessage { get; init; }

    /// <summary>How long the server asks to wait; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may well succeed a little later or at another node.</summary>
    public bool IsPassing => Fault is QdrantFault.Unreachable or QdrantFault.Timeout or QdrantFault.Overloaded or QdrantFault.ServerError;

    /// <summary>Whether the request can't have reached the server, so that any call may be repeated.</summary>
    internal bool WasNeverSent { get; init; }

    private static string CodeOf(QdrantFault fault) => fault switch
    {
        QdrantFault.Settings => "qdrant-settings",
        QdrantFault.Unreachable => "qdrant-unreachable",
        QdrantFault.Timeout => "qdrant-timeout",
        QdrantFault.RefusedKey => "qdrant-refused-key",
        QdrantFault.NotFound => "qdrant-not-found",
        QdrantFault.Conflict => "qdrant-conflict",
        QdrantFault.BadRequest => "qdrant-bad-request",
        QdrantFault.Overloaded => "qdrant-overloaded",
        QdrantFault.ServerError => "qdrant-server-error",
        QdrantFault.BadReply => "qdrant-bad-reply",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a kind of failure."),
    };
}
