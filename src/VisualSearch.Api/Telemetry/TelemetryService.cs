using VisualSearch.Api.Collections;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Api.Telemetry;

/// <summary>Begins telemetry with the server, and ends it last, so that what happens while the server ends is sent too.</summary>
internal sealed class TelemetryService(
    IServiceProvider provider, TelemetryOptions options, SearchMonitor monitor, ServerMetrics metrics, CollectionRegistry collections, ILogger<TelemetryService> log) : IHostedLifecycleService
{
    // A collector that is gone must not keep a server from ending: an orchestrator kills it after some ten seconds, requests and all.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private OtlpExport? _export;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        monitor.Instruments.ObserveCollections(collections.ListOpen);
        metrics.Start();
        if (options.Endpoint is null) return Task.CompletedTask;
        _export = provider.GetRequiredService<OtlpExport>();
        _export.Collector.Log = log;
        provider.GetRequiredService<SpanExport>().Start();
        log.LogInformation("Figures, spans and log lines are sent: {Telemetry}", options);
        return Task.CompletedTask;
    }

    // Collections close after this, and a check may be reading one.
    public async Task StoppingAsync(CancellationToken cancellationToken) =>
        await monitor.Recall.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public Task StoppedAsync(CancellationToken cancellationToken) => _export?.ShutdownAsync(Patience) ?? Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
