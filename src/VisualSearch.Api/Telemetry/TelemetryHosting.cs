using OpenTelemetry.Logs;
using VisualSearch.Api.Hosting;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Api.Telemetry;

/// <summary>
/// What a server can be watched by, put together in one place.
/// <code>
/// SearchMonitor (Search)    figures, spans, recall, slow searches ─┐
/// ASP.NET Core              figures and spans of requests ─────────┤
/// ProcessInstruments        processor and memory ──────────────────┴─► ServerMetrics ──► GET /metrics     (PrometheusText)
///                                                                      SpanExport     ─► OTLP             (OtlpExport), where an
///                                                                      ILogger        ─► OTLP              endpoint is set
/// </code>
/// All of it belongs to one server. OpenTelemetry listens by name, to whoever in the process has it; so each reader here also compares by reference.
/// </summary>
internal static class TelemetryHosting
{
    public static void AddTelemetry(this WebApplicationBuilder builder, ApiOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options.Telemetry);
        services.AddSingleton(options.Monitoring);
        services.AddSingleton<SearchMonitor>();
        services.AddSingleton<ProcessInstruments>();
        services.AddSingleton<ServerMetrics>();
        services.AddHostedService<TelemetryService>();
        if (options.Telemetry.Endpoint is null) return;
        // That anything leaves the machine is said also without --verbose.
        builder.Logging.AddFilter(typeof(TelemetryService).FullName, LogLevel.Information);
        services.AddSingleton<OtlpExport>();
        services.AddSingleton<SpanExport>();
        builder.Logging.AddOpenTelemetry(static logs => logs.IncludeFormattedMessage = true);
        services.ConfigureOpenTelemetryLoggerProvider(static (provider, logs) =>
        {
            var export = provider.GetRequiredService<OtlpExport>();
            logs.SetResourceBuilder(export.Resource()).AddProcessor(export.Logs);
        });
    }

    public static void UseTelemetry(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TelemetryOptions>().Endpoint is not null) app.UseMiddleware<RequestSpans>();
    }

    /// <summary>Maps <c>GET /metrics</c>, by itself so that access to it can be ruled by itself.</summary>
    public static RouteHandlerBuilder MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", ScrapeAsync)
        .WithTags("Health")
        .WithSummary("Figures of this server as Prometheus reads them (text format 0.0.4).")
        .Produces<string>(StatusCodes.Status200OK, "text/plain");

    private static async Task<IResult> ScrapeAsync(ServerMetrics metrics, CancellationToken cancellation) =>
        TypedResults.Bytes(await metrics.ScrapeAsync(cancellation).ConfigureAwait(false), PrometheusText.ContentType);
}
