using System.Net;
using VisualSearch.Api.Security;
using VisualSearch.Api.Serving;
using VisualSearch.Api.Telemetry;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Api.Hosting;

/// <summary>What a server serves, where it listens and what it accepts.</summary>
public sealed record ApiOptions
{
    /// <summary>The variable that holds the API key.</summary>
    public const string ApiKeyVariable = "VSEARCH_API_KEY";

    /// <summary>The folder that holds the collections.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// The folder of the only model to serve: collections of another are refused, also when they are switched to it. Null to serve each
    /// collection with its own.
    /// </summary>
    public string? ModelFolder { get; init; }

    /// <summary>The address to listen on: an IP address or <c>localhost</c>.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The Qdrant that holds the collections instead of <see cref="DataFolder"/>, which then only has models and small copies; null for the folder.</summary>
    public QdrantOptions? Qdrant { get; init; }

    /// <summary>The port, 0 to 65535; 0 takes a free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>
    /// A key with all scopes, beside those of the data folder's <see cref="KeyFile"/>. Where there is neither, requests need none, which only a
    /// loopback address may allow.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>The longest request body. 32 MiB holds any photograph; more is cut off while reading, before it costs memory.</summary>
    public long MaxBodyBytes { get; init; } = 32L << 20;

    /// <summary>The longest upload. 512 MiB holds minutes of video; it is written to disk while it comes, not held in memory.</summary>
    public long MaxUploadBytes { get; init; } = 512L << 20;

    /// <summary>How uploaded videos are read: an hour at most, since the sender waits for it.</summary>
    public VideoReadOptions Videos { get; init; } = new() { Limits = new VideoLimits { MaxDurationSeconds = 3600 } };

    /// <summary>What is refused of a picture in a query or upload: stricter than for the owner's own files.</summary>
    public PictureLimits PictureLimits { get; init; } = new() { MaxPixels = 100_000_000, DecodeTimeout = TimeSpan.FromSeconds(10) };

    /// <summary>Business rules applied last to every search; null for none.</summary>
    public string? RulesFile { get; init; }

    /// <summary>The language model that puts answers into words; null for extractive answers.</summary>
    public ChatModelOptions? ChatModel { get; init; }

    /// <summary>How much is taken on at once, and how the server ends.</summary>
    public ServingOptions Serving { get; init; } = new();

    /// <summary>Where figures, spans and log lines are sent to; nowhere by default.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Which searches are checked for recall, and which are logged as slow.</summary>
    public MonitorOptions Monitoring { get; init; } = new();

    /// <summary>Whether to print each request's log lines.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether <see cref="Host"/> can be reached from this machine alone.</summary>
    public bool IsLoopback => Host is "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Checks address, port and key.</summary>
    /// <exception cref="ApiOptionsException">A value can't be used; the message says which and what to do.</exception>
    public ApiOptions Validated()
    {
        if (Host != "localhost" && !IPAddress.TryParse(Host, out _))
        {
            throw new ApiOptionsException($"'{Host}' is no address to listen on. Give an IP address (127.0.0.1, ::1, 0.0.0.0) or localhost.");
        }

        if (Port is < 0 or > 65535) throw new ApiOptionsException($"Port {Port} is outside 0 to 65535.");
        if (MaxBodyBytes < 1024) throw new ApiOptionsException($"A body limit of {MaxBodyBytes} bytes is too small for any request; give at least 1024.");
        if (MaxUploadBytes < 1024) throw new ApiOptionsException($"An upload limit of {MaxUploadBytes} bytes is too small for any file; give at least 1024.");
        if (ApiKey is { Length: < 16 }) throw new ApiOptionsException($"The API key in {ApiKeyVariable} has {ApiKey.Length} characters; use at least 16, for example: export {ApiKeyVariable}=$(openssl rand -hex 24)");
        if (!IsLoopback && ApiKey is null && !new KeyFile(DataFolder).Exists)
        {
            throw new ApiOptionsException(
                $"Refusing to listen on {Host} without an API key: anybody on the network could search and change the collections. "
                + $"Make one (vsearch keys create --scopes admin), or set one (export {ApiKeyVariable}=$(openssl rand -hex 24)), and start again; or listen on 127.0.0.1.");
        }

        Serving.Validated();
        return this;
    }
}

/// <summary>The server can't start with these options.</summary>
public sealed class ApiOptionsException(string message) : Exception(message);
