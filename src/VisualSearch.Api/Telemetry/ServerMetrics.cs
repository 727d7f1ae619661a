using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Api.Telemetry;

/// <summary>Adds up the figures of one server, for <c>/metrics</c> and, where an endpoint is set, for OTLP.</summary>
/// <remarks>
/// Only instruments that this server's own <see cref="IMeterFactory"/> made are listened to. Static ones, such as the runtime's, belong to the whole
/// process: two servers in it would count each other's requests.
/// </remarks>
internal sealed class ServerMetrics : IDisposable
{
    // Collections come and go, and a label set once seen stays. More than these are added up in one series that says so.
    private const int MostSeries = 2000;

    private const string Requests = "http.server.request.duration";

    // What is looked at. The version of HTTP and the scheme would multiply the series by four and say nothing.
    private static readonly string[] RequestTags = ["http.request.method", "http.response.status_code", "http.route", "error.type"];

    private readonly SemaphoreSlim _scraping = new(1);
    private readonly IMeterFactory _meters;
    private readonly IServiceProvider _services;
    private readonly PrometheusExporter _exporter = new();
    private readonly BaseExportingMetricReader _reader;
    private MeterProvider? _provider;

    public ServerMetrics(IMeterFactory meters, ProcessInstruments process, IServiceProvider services)
    {
        _ = process;
        _meters = meters;
        _services = services;
        _reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
    }

    /// <summary>Begins to add up.</summary>
    public void Start()
    {
        var export = _services.GetService<OtlpExport>();
        var builder = Sdk.CreateMeterProviderBuilder()
            .AddMeter(SearchInstruments.MeterName, ProcessInstruments.MeterName, "Microsoft.AspNetCore.Hosting")
            .SetExemplarFilter(ExemplarFilterType.AlwaysOff)
            .AddView(View)
            .AddReader(_reader);
        if (export is not null) builder.SetResourceBuilder(export.Resource()).AddReader(export.Metrics);
        _provider = builder.Build();
    }

    /// <summary>All figures as text for Prometheus.</summary>
    /// <param name="cancellation">Ends waiting for others who ask.</param>
    public async Task<byte[]> ScrapeAsync(CancellationToken cancellation)
    {
        await _scraping.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // On this thread, with what is observed now.
            if (!_reader.Collect(Timeout.Infinite)) throw new InvalidOperationException("The figures could not be collected.");
            return _exporter.Text;
        }
        finally
        {
            _scraping.Release();
        }
    }

    public void Dispose()
    {
        _provider?.Dispose();
        _reader.Dispose();
        _exporter.Dispose();
        _scraping.Dispose();
    }

    private MetricStreamConfiguration? View(Instrument instrument)
    {
        if (!ReferenceEquals(instrument.Meter.Scope, _meters)) return MetricStreamConfiguration.Drop;
        return instrument.Name == Requests
            ? new ExplicitBucketHistogramConfiguration
            {
                TagKeys = RequestTags,
                CardinalityLimit = MostSeries,
                Boundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            }
            : new MetricStreamConfiguration { CardinalityLimit = MostSeries };
    }
}
