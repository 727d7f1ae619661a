using System.Net;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>Why an attempt to fetch a file failed.</summary>
internal sealed class DownloadFault : Exception
{
    private DownloadFault(string message, bool isPassing, Exception? inner = null)
        : base(message, inner) => IsPassing = isPassing;

    /// <summary>Whether another attempt may help.</summary>
    public bool IsPassing { get; }

    /// <summary>How long the server asked to wait; null where it did not say.</summary>
    public TimeSpan? Pause { get; private init; }

    /// <summary>A fault of the network or of a busy server.</summary>
    public static DownloadFault Passing(string message, Exception? inner = null) => new(message, true, inner);

    /// <summary>One that stays.</summary>
    public static DownloadFault Final(string message, Exception? inner = null) => new(message, false, inner);

    /// <summary>What an HTTP status means for a file.</summary>
    public static DownloadFault Of(HttpResponseMessage response, Uri address)
    {
        HttpStatusCode status = response.StatusCode;
        string said = $"{address} answered {(int)status} {response.ReasonPhrase}";
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Final(
                $"{said}: it wants a login. The listed models need none, so the file was moved or the mirror is not open."),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => Final($"{said}: the file was moved or the mirror does not have it."),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new DownloadFault(said, isPassing: true) { Pause = response.Headers.RetryAfter?.Delta },
            _ => Final($"{said}."),
        };
    }
}
