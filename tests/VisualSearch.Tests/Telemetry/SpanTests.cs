using System.Collections.Concurrent;
using System.Diagnostics;
using VisualSearch.Search;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Ranking;
using VisualSearch.Tests.Rag;
using VisualSearch.Tests.Ranking;

namespace VisualSearch.Tests.Telemetry;

public sealed class SpanTests : IDisposable
{
    private readonly OwnMeters _meters = new();
    private readonly OwnLog _log = new();

    [Fact]
    public async Task A_search_has_a_span_for_each_stage_and_for_each_retrieval()
    {
        using Talks talks = Talks.Usual();
        using var monitor = new SearchMonitor(_meters, _log);
        using var spans = new OwnSpans(monitor.Activities);
        await Task.Run(() => Pipeline(talks, monitor).Search(new SearchQuery { Text = "the mill", Collapse = CollapseMode.Asset }));
        Assert.Equal(
            ["search", "search/arrange", "search/embed", "search/fuse", "search/rank", "search/rescore", "search/retrieve", "search/retrieve/passages", "search/retrieve/visual", "search/retrieve/words"],
            spans.Paths().Distinct().Order(StringComparer.Ordinal));
        Activity search = spans.Ended.Single(static span => span.DisplayName == "search");
        Assert.Equal(("talks", "hybrid", 20), (search.GetTagItem("vsearch.collection"), search.GetTagItem("vsearch.mode"), search.GetTagItem("vsearch.k")));
        Assert.Single(spans.Ended.Select(static span => span.TraceId).Distinct());
        Assert.DoesNotContain("mill", string.Join(' ', spans.Ended.SelectMany(static span => span.TagObjects).Select(static tag => tag.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_has_a_span_for_each_stage_and_its_searches_are_below_that_of_retrieving()
    {
        using Talks talks = Talks.Usual();
        using var monitor = new SearchMonitor(_meters, _log);
        using var spans = new OwnSpans(monitor.Activities);
        Answer answer = await Task.Run(() => new AnswerPipeline(talks.Store, Pipeline(talks, monitor)).AnswerAsync(new AskQuery { Question = "Who restored the mill?" }));
        Assert.True(answer.Found);
        string[] paths = [.. spans.Paths().Distinct()];
        foreach (string stage in new[] { "understand", "retrieve", "rank", "pack", "see", "answer" }) Assert.Contains($"answer question/{stage}", paths);
        Assert.Contains("answer question/retrieve/search/retrieve/words", paths);
        Assert.Single(_meters.Of("vsearch.answer.duration", "collection=talks,outcome=found"));
        foreach (string stage in new[] { "understand", "retrieve", "rank", "answer" }) Assert.Single(_meters.Of("vsearch.answer.stage.duration", $"collection=talks,stage={stage}"));
        Assert.All(spans.Ended, static span => Assert.NotEqual(ActivityStatusCode.Error, span.Status));
    }

    [Fact]
    public async Task An_answer_that_nobody_waits_for_is_ended()
    {
        using Talks talks = Talks.Usual();
        using var monitor = new SearchMonitor(_meters, _log);
        using var spans = new OwnSpans(monitor.Activities);
        using var gone = new CancellationTokenSource();
        await foreach (AnswerEvent _ in new AnswerPipeline(talks.Store, Pipeline(talks, monitor)).AskAsync(new AskQuery { Question = "Who restored the mill?" }, gone.Token))
        {
            await gone.CancelAsync();
            break;
        }

        Assert.Contains("answer question", spans.Paths());
        Assert.Single(_meters.Of("vsearch.answer.duration", "collection=talks,outcome=cancelled"));
    }

    [Fact]
    public void A_failure_is_marked_by_whose_fault_it_is_and_quotes_nothing()
    {
        using var monitor = new SearchMonitor(_meters, _log);
        using var spans = new OwnSpans(monitor.Activities);
        var broken = new SearchPipeline(new FakeStore(2), static _ => throw new InvalidOperationException("secret words"), monitor: monitor.Watch("c", static () => null));
        Assert.Throws<InvalidOperationException>(() => broken.Search(new SearchQuery { Text = "secret words" }));
        Assert.Throws<QueryException>(() => broken.Search(new SearchQuery { Text = "x", K = -1 }));
        Activity[] searches = [.. spans.Ended.Where(static span => span.DisplayName == "search")];
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], searches.Select(static span => span.Status));
        Assert.Equal(["failed", "refused"], searches.Select(static span => span.GetTagItem("vsearch.outcome")));
        Assert.DoesNotContain("secret", string.Join(' ', searches.SelectMany(static span => span.TagObjects).Select(static tag => tag.Value)), StringComparison.Ordinal);
        Assert.Single(_meters.Of("vsearch.searches", "collection=c,mode=auto,outcome=failed"));
        Assert.Single(_meters.Of("vsearch.searches", "collection=c,mode=auto,outcome=refused"));
        Assert.Empty(_meters.Of("vsearch.search.duration"));
    }

    [Fact]
    public void Watching_allocates_nothing_while_nobody_listens_and_counting_nothing_while_somebody_does()
    {
        using var silent = new OwnMeters(listens: false);
        Assert.Equal(0, Allocated(silent));
        using var heard = new CountingMeters();
        Assert.Equal(0, Allocated(heard));
        Assert.True(heard.Heard > 1000);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _log.Dispose();
    }

    private static SearchPipeline Pipeline(Talks talks, SearchMonitor monitor) => new(talks.Store, Talks.Embed, monitor: monitor.Watch("talks", static () => null));

    // What a search has on top when it is watched, stage by stage. The least of several rounds, as in the tests of the index.
    private static long Allocated(System.Diagnostics.Metrics.IMeterFactory meters)
    {
        using var log = new OwnLog();
        using var monitor = new SearchMonitor(meters, log, new MonitorOptions { SlowThreshold = TimeSpan.FromHours(1) });
        CollectionMonitor collection = monitor.Watch("c", static () => null);
        var times = new StageTimes(collection);
        Action nothing = static () => { };
        long least = long.MaxValue;
        for (int round = 0; round < 8; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                using Activity? span = collection.Begin("visual");
                Assert.Null(span);
                times.Retrieve.Measure(nothing);
                collection.Instruments.Searched("c", "hybrid", "ok", 0.01);
                foreach ((string stage, double milliseconds) in times.Stages()) collection.Instruments.Staged("c", stage, milliseconds);
                collection.Instruments.CacheLookup("words", hit: true);
                collection.Instruments.Encoded(new VisualSearch.Encoders.Models.EncodedBatch("m", VisualSearch.Encoders.Models.EncodedKind.Text, 1, TimeSpan.FromMilliseconds(1)));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>Listens to one source, by reference.</summary>
    private sealed class OwnSpans : IDisposable
    {
        private readonly ActivityListener _listener;

        public OwnSpans(ActivitySource source)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = one => ReferenceEquals(one, source),
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = Ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ConcurrentQueue<Activity> Ended { get; } = [];

        /// <summary>Each span with those it lies in, outermost first.</summary>
        public IEnumerable<string> Paths()
        {
            Dictionary<ActivitySpanId, Activity> byId = Ended.ToDictionary(static span => span.SpanId);
            return Ended.Select(Path);

            string Path(Activity span) => byId.TryGetValue(span.ParentSpanId, out Activity? parent) ? $"{Path(parent)}/{span.DisplayName}" : span.DisplayName;
        }

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Listens and only counts, without garbage of its own.</summary>
    private sealed class CountingMeters : System.Diagnostics.Metrics.IMeterFactory
    {
        private readonly System.Diagnostics.Metrics.MeterListener _listener;
        private System.Diagnostics.Metrics.Meter? _meter;

        public CountingMeters()
        {
            _listener = new System.Diagnostics.Metrics.MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (ReferenceEquals(instrument.Meter.Scope, this)) listener.EnableMeasurementEvents(instrument);
                },
            };
            _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Heard++);
            _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Heard++);
            _listener.Start();
        }

        public long Heard { get; private set; }

        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options)
        {
            options.Scope = this;
            return _meter = new System.Diagnostics.Metrics.Meter(options);
        }

        public void Dispose()
        {
            _listener.Dispose();
            _meter?.Dispose();
        }
    }
}
