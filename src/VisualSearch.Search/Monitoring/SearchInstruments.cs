using System.Diagnostics;
using System.Diagnostics.Metrics;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Monitoring;

/// <summary>The figures of one server. Recording allocates nothing, and costs next to nothing while nobody reads them.</summary>
/// <remarks>
/// <para>Made for each server by its own meter factory, never static: several servers live in one process of tests, and each must count for
/// itself. Whoever reads them tells them apart by <see cref="Meter.Scope"/>.</para>
/// <para>Names follow OpenTelemetry; in Prometheus <c>vsearch.search.duration</c> in seconds is <c>vsearch_search_duration_seconds</c>. Every label has few
/// values: names of collections, models and stages, words of an enumeration. Never a query, a path or an id.</para>
/// </remarks>
public sealed class SearchInstruments
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "VisualSearch";

    // A vector search takes some 0.1 ms, a question to a language model half a minute.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };
    private static readonly InstrumentAdvice<double> Shares = new() { HistogramBucketBoundaries = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1] };
    private static readonly InstrumentAdvice<long> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };

    private readonly Meter meter;
    private readonly Counter<long> searches, unmatched, slow, recallChecks, cacheLookups, indexedAssets, indexRuns, tokens;
    private readonly Histogram<double> searchTime, stageTime, recall, batchTime, indexTime, answerTime, answerStageTime;
    private readonly Histogram<long> batchSize;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The server's own factory; it disposes of them.</param>
    public SearchInstruments(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        meter = meters.Create(MeterName);
        searches = meter.CreateCounter<long>("vsearch.searches", "{search}", "Searches by how they ended: ok, refused (the query was at fault), failed, cancelled.");
        searchTime = meter.CreateHistogram("vsearch.search.duration", "s", "Time of a search that was answered, with embedding its picture.", null, Seconds);
        stageTime = meter.CreateHistogram("vsearch.search.stage.duration", "s", "Time of each stage of a search: embed, retrieve, fuse, rescore, rank, arrange.", null, Seconds);
        unmatched = meter.CreateCounter<long>("vsearch.search.unmatched", "{search}", "Searches that found nothing that is a good match.");
        slow = meter.CreateCounter<long>("vsearch.search.slow", "{search}", "Searches that took longer than the slow threshold; each is in the log.");
        recall = meter.CreateHistogram("vsearch.search.recall", "1", "Recall of sampled vector searches: the share of the exactly nearest items that the index finds.", null, Shares);
        recallChecks = meter.CreateCounter<long>("vsearch.search.recall.checks", "{check}", "Sampled searches by what became of the check: measured, changed (the collection, meanwhile), busy (another check ran), failed.");
        batchSize = meter.CreateHistogram("vsearch.encoder.batch.size", "{input}", "Pictures, texts or patch grids in one run of an encoder's network.", null, Sizes);
        batchTime = meter.CreateHistogram("vsearch.encoder.batch.duration", "s", "Time of one run of an encoder's network.", null, Seconds);
        cacheLookups = meter.CreateCounter<long>("vsearch.cache.lookups", "{lookup}", "Questions to caches, by whether the answer was there (hit) or not (miss).");
        indexRuns = meter.CreateCounter<long>("vsearch.indexing.runs", "{run}", "Changes that this server made to collections, by how they ended: ok, failed.");
        indexedAssets = meter.CreateCounter<long>("vsearch.indexing.assets", "{asset}", "Pictures and videos that this server added, updated or removed.");
        indexTime = meter.CreateHistogram("vsearch.indexing.duration", "s", "Time of a change to a collection, with waiting for its turn.", null, Seconds);
        answerTime = meter.CreateHistogram("vsearch.answer.duration", "s", "Time of an answer to a question, by outcome: found, not_found, failed, cancelled.", null, Seconds);
        answerStageTime = meter.CreateHistogram("vsearch.answer.stage.duration", "s", "Time of each stage of an answer: understand, retrieve, rank (with pack and see), answer.", null, Seconds);
        tokens = meter.CreateCounter<long>("vsearch.answer.tokens", "{token}", "Tokens that a language model read (input) and wrote (output).");
    }

    /// <summary>Counts a search and, where it was answered, its time.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="mode">visual, text, hybrid, auto or recommend.</param>
    /// <param name="outcome">ok, refused, failed or cancelled.</param>
    /// <param name="seconds">How long it took.</param>
    public void Searched(string collection, string mode, string outcome, double seconds)
    {
        searches.Add(1, new("collection", collection), new("mode", mode), new KeyValuePair<string, object?>("outcome", outcome));
        if (outcome == Outcome.Ok)
            searchTime.Record(seconds, new("collection", collection), new KeyValuePair<string, object?>("mode", mode));
    }

    /// <summary>Counts the time of a stage of a search.</summary>
    public void Staged(string collection, string stage, double seconds) =>
        stageTime.Record(seconds, new("collection", collection), new KeyValuePair<string, object?>("stage", stage));

    /// <summary>Counts a search without a good match.</summary>
    public void Unmatched(string collection) => unmatched.Add(1, new KeyValuePair<string, object?>("collection", collection));

    /// <summary>Counts a slow search.</summary>
    public void Slow(string collection) => slow.Add(1, new KeyValuePair<string, object?>("collection", collection));

    /// <summary>Counts the recall of a sampled search.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="share">0 to 1.</param>
    public void Recalled(string collection, double share) => recall.Record(share, new KeyValuePair<string, object?>("collection", collection));

    /// <summary>Counts what became of a sampled search.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="outcome">measured, changed, busy or failed.</param>
    public void RecallChecked(string collection, string outcome) =>
        recallChecks.Add(1, new("collection", collection), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts one run of an encoder's network; given to <see cref="EncoderOptions.OnBatch"/>.</summary>
    public void Encoded(EncodedBatch batch)
    {
        string input = batch.Kind switch { EncodedKind.Picture => "picture", EncodedKind.Patches => "patches", _ => "text" };
        batchSize.Record(batch.Count, new("model", batch.Model), new KeyValuePair<string, object?>("input", input));
        batchTime.Record(batch.Elapsed.TotalSeconds, new("model", batch.Model), new KeyValuePair<string, object?>("input", input));
    }

    /// <summary>Counts a question to a cache.</summary>
    /// <param name="cache">The cache's name, such as <c>filter</c> or <c>thumbnail</c>; one of few.</param>
    /// <param name="hit">Whether the answer was there.</param>
    public void CacheLookup(string cache, bool hit) =>
        cacheLookups.Add(1, new("cache", cache), new KeyValuePair<string, object?>("outcome", hit ? "hit" : "miss"));

    /// <summary>Makes a change to a collection, and counts it and its time.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="word">added, updated or removed, by what the change gave.</param>
    /// <param name="change">The change.</param>
    public async Task<T> IndexedAsync<T>(string collection, Func<T, string> word, Func<Task<T>> change)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(change);
        long began = Stopwatch.GetTimestamp();
        string? made = null;
        try
        {
            T done = await change().ConfigureAwait(false);
            made = word(done);
            return done;
        }
        finally
        {
            Indexed(collection, made, Stopwatch.GetElapsedTime(began));
        }
    }

    private void Indexed(string collection, string? change, TimeSpan elapsed)
    {
        indexRuns.Add(1, new("collection", collection), new KeyValuePair<string, object?>("outcome", change is null ? Outcome.Failed : Outcome.Ok));
        if (change is null)
            return;
        indexedAssets.Add(1, new("collection", collection), new KeyValuePair<string, object?>("change", change));
        indexTime.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("collection", collection));
    }

    /// <summary>Counts an answer.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="outcome">found, not_found, failed or cancelled.</param>
    /// <param name="seconds">From the question to the end.</param>
    public void Answered(string collection, string outcome, double seconds) =>
        answerTime.Record(seconds, new("collection", collection), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts the time of a stage of an answer.</summary>
    public void AnswerStaged(string collection, string stage, double seconds) =>
        answerStageTime.Record(seconds, new("collection", collection), new KeyValuePair<string, object?>("stage", stage));

    /// <summary>Counts a language model's tokens.</summary>
    public void Tokens(long input, long output)
    {
        tokens.Add(input, new KeyValuePair<string, object?>("direction", "input"));
        tokens.Add(output, new KeyValuePair<string, object?>("direction", "output"));
    }

    /// <summary>Shows items, assets and size of collections, read whenever somebody looks.</summary>
    /// <param name="open">The collections as of now.</param>
    public void ObserveCollections(Func<IReadOnlyList<CollectionInfo>> open)
    {
        var sizes = new CollectionSizes(open);
        meter.CreateObservableGauge("vsearch.collection.items", () => sizes.Of(static info => info.Items), "{item}", "Pictures, shots and passages in a collection that is being served; 0 once it is gone.");
        meter.CreateObservableGauge("vsearch.collection.assets", () => sizes.Of(static info => info.Assets), "{asset}", "Pictures and videos in a collection that is being served; 0 once it is gone.");
        meter.CreateObservableGauge("vsearch.collection.size", () => sizes.Of(static info => info.SizeBytes), "By", "Bytes of a collection's catalog and indexes on disk; 0 once it is gone.");
    }
}
