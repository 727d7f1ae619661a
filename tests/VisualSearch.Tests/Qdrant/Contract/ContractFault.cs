using System.Net;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>What a contract server does wrong on demand.</summary>
public sealed record ContractFault
{
    /// <summary>Which requests it is for: the end of their path, such as <c>/points/query</c>; empty for all.</summary>
    public string Path { get; init; } = "";

    /// <summary>The method of the requests it is for; empty for all.</summary>
    public string Method { get; init; } = "";

    /// <summary>For how many requests; then all is well again.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Wait this long first.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Answer with this status, without doing anything.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The header Retry-After, in seconds, with the status.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Close the connection without doing anything.</summary>
    public bool DropBefore { get; init; }

    /// <summary>Do what is asked for, then close the connection without a reply.</summary>
    public bool DropAfter { get; init; }

    /// <summary>Answer with the first half of a file, then close the connection.</summary>
    public bool DropMidway { get; init; }

    /// <summary>Answer with this text, which is not what Qdrant would say; with success, or with the status.</summary>
    public string? Nonsense { get; init; }
}

/// <summary>A request that a contract server was sent.</summary>
public sealed record ContractRequest(string Method, string Path, bool HadKey)
{
    public override string ToString() => $"{Method} {Path}";
}
