using Microsoft.Extensions.Logging;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Monitoring;

/// <summary>Logs each search over the threshold as one line that says where its time went and what it asked for.</summary>
internal sealed class SlowQueryLog(MonitorOptions options, SearchInstruments instruments, ILogger<SlowQueryLog> log)
{
    private readonly double threshold = options.SlowThreshold?.TotalMilliseconds ?? double.PositiveInfinity;

    /// <param name="collection">The collection.</param>
    /// <param name="shape">What was asked for.</param>
    /// <param name="response">The answer.</param>
    /// <param name="times">Where its time went, and how much was retrieved.</param>
    /// <param name="allowed">How many items its filter lets through; null without one.</param>
    public void Ended(string collection, in SearchShape shape, SearchResponse response, StageTimes times, long? allowed)
    {
        if (response.TookMs < threshold)
            return;
        instruments.Slow(collection);
        if (!log.IsEnabled(LogLevel.Warning))
            return;
        (string slowest, double slowestMs) = Slowest(times);
        SearchTimings took = response.Timings;
        log.LogWarning(
            "Slow search in {Collection}: {TookMs:0} ms, {SlowestMs:0} of them in {Slowest} (embed {EmbedMs:0.0}, retrieve {RetrieveMs:0.0}, fuse {FuseMs:0.0}, "
            + "rescore {RescoreMs:0.0}, rank {RankMs:0.0}, arrange {ArrangeMs:0.0}). It looked for {Looks}, mode {Mode}, k {K}, offset {Offset}, efSearch {EfSearch}, "
            + "collapse {Collapse}, diversity {Diversity:0.##}, regions {Regions}; filter {Filter}. {Rounds} rounds found {Visual} by picture, {Words} by words, "
            + "{Passages} by meaning; {Results} results. {Advice}{Query}",
            collection, response.TookMs, slowestMs, slowest, took.Embed, took.Retrieve, took.Fuse, took.Rescore, took.Rank, took.Arrange,
            shape.Looks, shape.Mode, shape.K, shape.Offset, shape.EfSearch, shape.Collapse, shape.Diversity, shape.Regions, OneLine(Describe(shape.Filter, allowed)),
            times.Rounds, times.VisualFound, times.WordsFound, times.PassagesFound, response.Results.Count, Advice(slowest, shape, times),
            options.LogQueryText && shape.Text is { } text ? $" The words: {OneLine(text)}" : "");
    }

    private static (string Stage, double Milliseconds) Slowest(StageTimes times)
    {
        (string Stage, double Milliseconds) slowest = ("embed", -1);
        foreach ((string Stage, double Milliseconds) one in times.Stages())
        {
            if (one.Milliseconds > slowest.Milliseconds)
                slowest = one;
        }

        return slowest;
    }

    private static string Advice(string slowest, in SearchShape shape, StageTimes times) => slowest switch
    {
        _ when times.Rounds > 1 => "It reads far down the list, a larger round each time: a filter or other words find the same sooner.",
        "embed" => "The model took that time; vsearch_encoder_batch_duration_seconds says whether it is busy.",
        "retrieve" when shape.Regions != RegionMode.None => "Searches by parts of pictures compare many vectors of each picture.",
        "retrieve" when shape.EfSearch > 0 => "A smaller efSearch, or none, looks less far.",
        "rescore" or "retrieve" => "Vectors may come from disk: see whether they fit into memory.",
        _ => "See whether other work held the processor.",
    };

    private string Describe(Filter? filter, long? allowed) => filter switch
    {
        null => "none",
        _ when options.LogQueryText => $"{filter.ToJson()}, which {allowed} items pass",
        _ => $"on {string.Join(", ", Fields(filter).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}, which {allowed} items pass",
    };

    private static IEnumerable<string> Fields(Filter filter) => filter switch
    {
        Filter.All all => all.Filters.SelectMany(Fields),
        Filter.Any any => any.Filters.SelectMany(Fields),
        Filter.Not not => Fields(not.Inner),
        Filter.Compare compare => [compare.Field],
        Filter.In oneOf => [oneOf.Field],
        Filter.Exists exists => [exists.Field],
        _ => ["?"],
    };

    // A pasted text, or the name of a field, with line breaks would look like lines of the log that we wrote.
    private static string OneLine(string text) => string.Create(text.Length, text, static (line, text) =>
    {
        for (int i = 0; i < line.Length; i++)
            line[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
    });
}
