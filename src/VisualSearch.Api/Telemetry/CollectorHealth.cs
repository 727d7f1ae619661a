using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;

namespace VisualSearch.Api.Telemetry;

/// <summary>Whether the collector takes what is sent. Said once when it stops to, and once when it does again: each line would otherwise be another thing to send.</summary>
internal sealed class CollectorHealth(TelemetryOptions options)
{
    private int _failing;

    /// <summary>Where to say so; set when the server starts, since loggers themselves send through here.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <summary>Takes what became of an export, and gives it on.</summary>
    public ExportResult Saw(ExportResult result)
    {
        var fails = result == ExportResult.Failure ? 1 : 0;
        if (Interlocked.Exchange(ref _failing, fails) == fails) return result;
        if (fails == 1)
        {
            Log.LogWarning("The collector does not take telemetry ({Telemetry}): what is sent is dropped until it does. Searches are not affected. Check OTEL_EXPORTER_OTLP_ENDPOINT and _PROTOCOL, or unset them.", options);
        }
        else
        {
            Log.LogWarning("The collector takes telemetry again ({Telemetry}).", options);
        }

        return result;
    }
}
