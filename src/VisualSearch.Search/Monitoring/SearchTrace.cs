using System.Diagnostics;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Search.Monitoring;

/// <summary>Follows one search: its span, its figures, and the log line where it was slow.</summary>
internal sealed class SearchTrace : IDisposable
{
    private readonly CollectionMonitor monitor;
    private readonly SearchShape shape;
    private readonly StageTimes times;
    private readonly Activity? span;
    private string mode;

    internal SearchTrace(CollectionMonitor monitor, in SearchShape shape, StageTimes times)
    {
        this.monitor = monitor;
        this.shape = shape;
        this.times = times;
        mode = shape.Mode;
        span = monitor.Activities.StartActivity("search");
        if (span is null)
            return;
        span.SetTag("vsearch.collection", monitor.Collection);
        span.SetTag("vsearch.looks_for", shape.Looks);
        span.SetTag("vsearch.k", shape.K);
        span.SetTag("vsearch.offset", shape.Offset);
        span.SetTag("vsearch.filtered", shape.Filter is not null);
    }

    /// <summary>The search is answered.</summary>
    internal void Ended(SearchResponse response, ListRequest request)
    {
        // What "auto" turned out to be; a recommendation is a visual search of its own kind.
        if (shape.Looks != "examples")
            mode = SearchShape.Word(request.Query.Mode);
        SearchInstruments instruments = monitor.Instruments;
        string collection = monitor.Collection;
        instruments.Searched(collection, mode, Outcome.Ok, response.TookMs / 1000);
        foreach ((string stage, double milliseconds) in times.Stages())
            instruments.Staged(collection, stage, milliseconds / 1000);
        if (response.NoGoodMatch)
            instruments.Unmatched(collection);
        monitor.Slow.Ended(collection, shape with { Mode = mode }, response, times, request.Allowed?.Count);
        if (span is not null)
        {
            span.SetTag("vsearch.mode", mode);
            span.SetTag("vsearch.results", response.Results.Count);
            span.SetTag("vsearch.no_good_match", response.NoGoodMatch);
        }
    }

    /// <summary>The search ends with an error.</summary>
    /// <returns>False, so that it can stand in an exception filter and leave the error as it is.</returns>
    internal bool Failed(Exception failure)
    {
        string outcome = Outcome.Of(failure);
        monitor.Instruments.Searched(monitor.Collection, mode, outcome, 0);
        if (span is not null)
        {
            // The type only: messages quote what was asked for.
            span.SetTag("error.type", failure.GetType().FullName);
            span.SetTag("vsearch.outcome", outcome);
            if (outcome == Outcome.Failed)
                span.SetStatus(ActivityStatusCode.Error);
        }

        return false;
    }

    public void Dispose() => span?.Dispose();
}
