using System.Globalization;
using VisualSearch.Api.Hosting;

namespace VisualSearch.Api.Telemetry;

/// <summary>How telemetry travels: the two forms of OTLP that collectors take by default.</summary>
public enum OtlpTransport
{
    /// <summary>Protocol buffers in HTTP requests; collectors listen on port 4318.</summary>
    HttpProtobuf,

    /// <summary>gRPC; collectors listen on port 4317.</summary>
    Grpc,
}

/// <summary>Where figures, spans and log lines are sent by OTLP. Without an <see cref="Endpoint"/>, the default, nothing leaves the machine.</summary>
public sealed record TelemetryOptions
{
    /// <summary>The collector's address, such as <c>http://localhost:4318</c>; null to send nothing.</summary>
    public Uri? Endpoint
    {
        get;
        init => field = value is not null && WrongAddress(value) is { } wrong ? throw new ArgumentException(wrong, nameof(Endpoint)) : value;
    }

    /// <summary>How it travels.</summary>
    public OtlpTransport Protocol { get; init; }

    /// <summary>What this server is called there, 1 to 255 characters.</summary>
    public string ServiceName
    {
        get;
        init => field = value is { Length: > 0 and <= 255 } ? value : throw new ArgumentException("ServiceName must have 1 to 255 characters.", nameof(ServiceName));
    } = "vsearch";

    /// <summary>Headers of each request to the collector, such as a key, as <c>name=value,name=value</c> with percent-encoding; in no message or log.</summary>
    public string Headers
    {
        get;
        init => field = WrongHeaders(value) is { } wrong ? throw new ArgumentException(wrong, nameof(Headers)) : value;
    } = "";

    /// <summary>How long one request to the collector may take, 1 ms to 10 minutes. Nobody waits for it.</summary>
    public TimeSpan Timeout
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromMinutes(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Timeout), value, "Timeout must be 1 ms to 10 min.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>How often figures are sent, 100 ms to an hour.</summary>
    public TimeSpan MetricInterval
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MetricInterval), value, "MetricInterval must be 100 ms to 1 h.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>How long spans and log lines are gathered before they are sent, 10 ms to a minute.</summary>
    public TimeSpan BatchDelay
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromMinutes(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BatchDelay), value, "BatchDelay must be 10 ms to 1 min.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>The share of requests whose spans are sent, 0 to 1; a request that belongs to a trace of its sender follows that one's choice.</summary>
    public double SampledShare
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(SampledShare), value, "SampledShare must be 0 to 1.");
    } = 1;

    /// <summary>Reads OpenTelemetry's own variables from the environment; see <see cref="From"/>.</summary>
    /// <exception cref="ApiOptionsException">A variable can't be used.</exception>
    public static TelemetryOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>
    /// Reads OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL, _HEADERS and _TIMEOUT (ms), OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and _ARG, OTEL_METRIC_EXPORT_INTERVAL
    /// and OTEL_BSP_SCHEDULE_DELAY (ms), and OTEL_SDK_DISABLED. Without an endpoint the others have no effect.
    /// </summary>
    /// <param name="variable">A variable's value by its name; null or empty where it is not set.</param>
    /// <exception cref="ApiOptionsException">A variable can't be used; the message says which, and what to do.</exception>
    public static TelemetryOptions From(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
        if (Value("OTEL_EXPORTER_OTLP_ENDPOINT") is not { } given || string.Equals(Value("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)) return new TelemetryOptions();
        // Not quoted: people paste addresses with a key in them.
        if (!Uri.TryCreate(given, UriKind.Absolute, out var endpoint)) throw Wrong("OTEL_EXPORTER_OTLP_ENDPOINT is not an address; give one such as http://localhost:4318, or unset it to send nothing.");
        try
        {
            return new TelemetryOptions
            {
                Endpoint = endpoint,
                Protocol = Value("OTEL_EXPORTER_OTLP_PROTOCOL") switch
                {
                    // The port that is meant for it and for nothing else.
                    null => endpoint.Port == 4317 ? OtlpTransport.Grpc : OtlpTransport.HttpProtobuf,
                    "http/protobuf" => OtlpTransport.HttpProtobuf,
                    "grpc" => OtlpTransport.Grpc,
                    var other => throw Wrong($"OTEL_EXPORTER_OTLP_PROTOCOL is '{other}'; give http/protobuf (port 4318) or grpc (port 4317)."),
                },
                ServiceName = Value("OTEL_SERVICE_NAME") ?? "vsearch",
                Headers = Value("OTEL_EXPORTER_OTLP_HEADERS") ?? "",
                Timeout = Milliseconds(Value, "OTEL_EXPORTER_OTLP_TIMEOUT", 10_000),
                MetricInterval = Milliseconds(Value, "OTEL_METRIC_EXPORT_INTERVAL", 60_000),
                BatchDelay = Milliseconds(Value, "OTEL_BSP_SCHEDULE_DELAY", 5_000),
                SampledShare = Share(Value("OTEL_TRACES_SAMPLER"), Value("OTEL_TRACES_SAMPLER_ARG")),
            };
        }
        catch (ArgumentException wrong)
        {
            throw Wrong($"OpenTelemetry's variables can't be used: {wrong.Message}");
        }
    }

    /// <summary>Where it is sent, without the headers.</summary>
    public override string ToString() => Endpoint is null ? "nothing is sent" : $"{ServiceName} to {Endpoint.GetLeftPart(UriPartial.Path)} by {Protocol}";

    private static TimeSpan Milliseconds(Func<string, string?> value, string name, int usual) => value(name) switch
    {
        null => TimeSpan.FromMilliseconds(usual),
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) => TimeSpan.FromMilliseconds(milliseconds),
        var text => throw Wrong($"{name} is '{text}'; give a whole number of milliseconds, such as {usual}."),
    };

    private static double Share(string? sampler, string? argument)
    {
        switch (sampler)
        {
            case null or "parentbased_always_on" or "always_on":
                return 1;
            case "parentbased_always_off" or "always_off":
                return 0;
            case "parentbased_traceidratio" or "traceidratio":
                return argument is null ? 1
                    : double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? share
                    : throw Wrong($"OTEL_TRACES_SAMPLER_ARG is '{argument}'; give the share of requests to trace, 0 to 1.");
            default:
                throw Wrong($"OTEL_TRACES_SAMPLER is '{sampler}'; give always_on, always_off or traceidratio, or these with parentbased_ before.");
        }
    }

    private static string? WrongAddress(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) return "the collector's address (OTEL_EXPORTER_OTLP_ENDPOINT) must begin with http:// or https://.";
        return address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0
            ? "the collector's address (OTEL_EXPORTER_OTLP_ENDPOINT) must have no user name, password, ? or # in it; keys go into OTEL_EXPORTER_OTLP_HEADERS."
            : null;
    }

    private static string? WrongHeaders(string headers) =>
        headers.Length > 0 && Array.Exists(headers.Split(','), static pair => pair.IndexOf('=', StringComparison.Ordinal) < 1) || headers.Any(char.IsControl)
            ? "the headers (OTEL_EXPORTER_OTLP_HEADERS) must be name=value, several with commas between; a comma in a value is written %2C."
            : null;

    private static ApiOptionsException Wrong(string message) => new(message);
}
