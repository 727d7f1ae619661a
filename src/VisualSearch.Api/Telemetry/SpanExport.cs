using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Api.Telemetry;

/// <summary>Listens to the spans of one server, and gives those of sampled requests to the export.</summary>
/// <remarks>
/// OpenTelemetry's own listener takes sources by name, and so would those of other servers in the process. This one takes two by reference: the search's, and
/// ASP.NET Core's of this server. So the requests that the export itself makes can't become spans that are exported in turn.
/// </remarks>
internal sealed class SpanExport : IDisposable
{
    private readonly OtlpExport _export;
    private readonly ActivitySource _search;
    private readonly ActivitySource _requests;
    private readonly ParentBasedSampler _sampler;
    private TracerProvider? _provider;
    private ActivityListener? _listener;

    public SpanExport(OtlpExport export, SearchMonitor monitor, ActivitySource requests, TelemetryOptions options)
    {
        _export = export;
        _search = monitor.Activities;
        _requests = requests;
        _sampler = new ParentBasedSampler(new TraceIdRatioBasedSampler(options.SampledShare));
    }

    public void Start()
    {
        // Without a source: it only holds the export together with the name of the service.
        _provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(_export.Resource()).AddProcessor(_export.Spans).Build();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, _search) || ReferenceEquals(source, _requests),
            Sample = Sample,
            ActivityStopped = span =>
            {
                if (span.Recorded) _export.Spans.OnEnd(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _provider?.Dispose();
    }

    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> span)
    {
        var decision = _sampler.ShouldSample(new SamplingParameters(span.Parent, span.TraceId, span.Name, span.Kind, span.Tags, span.Links)).Decision;
        if (decision == SamplingDecision.RecordAndSample) return ActivitySamplingResult.AllDataAndRecorded;
        // The id of the trace still goes on to whom we ask, such as a language model's server.
        return span.Parent == default || span.Parent.IsRemote ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.None;
    }
}
