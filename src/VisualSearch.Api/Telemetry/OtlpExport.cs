using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace VisualSearch.Api.Telemetry;

/// <summary>
/// Sends figures, spans and log lines to a collector by OTLP, from threads of their own: who is searched for waits for none of it, and what a
/// collector doesn't take is dropped.
/// </summary>
/// <remarks>
/// All settings come from <see cref="TelemetryOptions"/>. The exporters' own options would read the process's environment, which is that of all its servers; so
/// each of theirs is set here.
/// </remarks>
internal sealed class OtlpExport : IDisposable
{
    // Some seconds of a busy server; more is dropped instead of filling memory.
    private const int MostWaiting = 4096;
    private const int MostAtOnce = 512;

    private readonly TelemetryOptions _options;

    public OtlpExport(TelemetryOptions options)
    {
        _options = options;
        Collector = new CollectorHealth(options);
        var delay = (int)options.BatchDelay.TotalMilliseconds;
        var timeout = (int)options.Timeout.TotalMilliseconds;
        Spans = new BatchActivityExportProcessor(new Traces(For("traces"), Collector), MostWaiting, delay, timeout, MostAtOnce);
        // The exporter of lines can't be derived from; figures come at even intervals in any case, and tell as much of the collector.
        Logs = new BatchLogRecordExportProcessor(new OtlpLogExporter(For("logs")), MostWaiting, delay, timeout, MostAtOnce);
        Metrics = new PeriodicExportingMetricReader(new Figures(For("metrics"), Collector), (int)options.MetricInterval.TotalMilliseconds, timeout);
    }

    /// <summary>Whether the collector answers.</summary>
    public CollectorHealth Collector { get; }

    /// <summary>Takes spans that have ended.</summary>
    public BaseProcessor<Activity> Spans { get; }

    /// <summary>Takes log lines.</summary>
    public BaseProcessor<LogRecord> Logs { get; }

    /// <summary>Takes the figures at even intervals.</summary>
    public MetricReader Metrics { get; }

    /// <summary>What is said of this server with all that is sent.</summary>
    public ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(_options.ServiceName, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version!.ToString(3), serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}");

    /// <summary>Sends what waits, for as long as the patience lasts, all three side by side.</summary>
    /// <param name="patience">How long to wait for the collector.</param>
    public async Task ShutdownAsync(TimeSpan patience)
    {
        var milliseconds = (int)patience.TotalMilliseconds;
        // They block: each on a thread of its own, which a collector that hangs may keep; the process ends all the same.
        var ends = Task.WhenAll(Own(() => Spans.Shutdown(milliseconds)), Own(() => Logs.Shutdown(milliseconds)), Own(() => Metrics.Shutdown(milliseconds)));
        await ends.WaitAsync(patience + TimeSpan.FromMilliseconds(300)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        static Task Own(Func<bool> shutdown) => Task.Factory.StartNew(shutdown, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Frees what is left of it; their providers have ended them already, where the server was started.</summary>
    public void Dispose()
    {
        Spans.Shutdown(0);
        Logs.Shutdown(0);
        Metrics.Shutdown(0);
        Spans.Dispose();
        Logs.Dispose();
        Metrics.Dispose();
    }

    private OtlpExporterOptions For(string signal) => new()
    {
        Protocol = _options.Protocol == OtlpTransport.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Endpoint = _options.Protocol == OtlpTransport.Grpc ? _options.Endpoint! : new Uri($"{_options.Endpoint!.AbsoluteUri.TrimEnd('/')}/v1/{signal}"),
        Headers = _options.Headers,
        TimeoutMilliseconds = (int)_options.Timeout.TotalMilliseconds,
    };

    private sealed class Traces(OtlpExporterOptions options, CollectorHealth collector) : OtlpTraceExporter(options)
    {
        public override ExportResult Export(in Batch<Activity> activityBatch) => collector.Saw(base.Export(activityBatch));
    }

    private sealed class Figures(OtlpExporterOptions options, CollectorHealth collector) : OtlpMetricExporter(options)
    {
        public override ExportResult Export(in Batch<Metric> metrics) => collector.Saw(base.Export(metrics));
    }
}
