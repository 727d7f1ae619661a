using Microsoft.Extensions.Logging;
using VisualSearch.Search;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Retrieval;
using VisualSearch.Tests.Ranking;

namespace VisualSearch.Tests.Telemetry;

public sealed class SlowQueryLogTests : IDisposable
{
    private readonly OwnMeters _meters = new();
    private readonly OwnLog _log = new();

    [Fact]
    public void A_slow_search_is_one_line_that_says_where_the_time_went_and_not_what_was_looked_for()
    {
        Search(new MonitorOptions { SlowThreshold = TimeSpan.Zero }, Query);
        OwnLog.Line line = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.DoesNotContain('\n', line.Text);
        Assert.DoesNotContain("zeppelin", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("2004", line.Text, StringComparison.Ordinal);
        Assert.Equal("pictures", line.Fields["Collection"]);
        Assert.Equal("hybrid", line.Fields["Mode"]);
        Assert.Equal("words", line.Fields["Looks"]);
        Assert.Equal((3, 2, 77), ((int)line.Fields["K"]!, (int)line.Fields["Offset"]!, (int)line.Fields["EfSearch"]!));
        Assert.Equal("on tags, year, which 6 items pass", line.Fields["Filter"]);
        Assert.Equal((1, 6, 1), ((int)line.Fields["Rounds"]!, (int)line.Fields["Visual"]!, (int)line.Fields["Words"]!));
        Assert.Equal(3, line.Fields["Results"]);
        double[] stages = [.. new[] { "EmbedMs", "RetrieveMs", "FuseMs", "RescoreMs", "RankMs", "ArrangeMs" }.Select(name => (double)line.Fields[name]!)];
        Assert.All(stages, static milliseconds => Assert.True(milliseconds >= 0));
        Assert.True(stages.Sum() <= (double)line.Fields["TookMs"]! + 0.001);
        Assert.Equal(stages.Max(), (double)line.Fields["SlowestMs"]!);
        Assert.Single(_meters.Of("vsearch.search.slow", "collection=pictures"));
    }

    [Fact]
    public void The_words_and_values_are_quoted_only_where_that_is_switched_on_and_stay_on_one_line()
    {
        Search(new MonitorOptions { SlowThreshold = TimeSpan.Zero, LogQueryText = true }, Query with { Text = "zeppelin\nfake line\u2028another" });
        string text = Assert.Single(_log.Lines).Text;
        Assert.Contains("zeppelin fake line another", text, StringComparison.Ordinal);
        Assert.Contains("2004", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
        Assert.DoesNotContain('\u2028', text);
    }

    [Fact]
    public void Quick_searches_are_not_logged_and_none_is_where_that_is_switched_off()
    {
        Search(new MonitorOptions { SlowThreshold = TimeSpan.FromHours(1) }, Query);
        Search(new MonitorOptions { SlowThreshold = null }, Query with { PictureEmbedMs = 1e12 });
        Assert.Empty(_log.Lines);
        Assert.Empty(_meters.Of("vsearch.search.slow"));
    }

    [Fact]
    public void What_embedding_a_picture_took_before_counts()
    {
        SearchResponse response = Search(new MonitorOptions { SlowThreshold = TimeSpan.FromMinutes(59) }, new SearchQuery { PictureVector = Vectors.Unit(1, 0), PictureEmbedMs = 3_600_000 });
        OwnLog.Line line = Assert.Single(_log.Lines);
        Assert.Equal(("embed", "picture", "visual"), (line.Fields["Slowest"], line.Fields["Looks"], line.Fields["Mode"]));
        Assert.Contains("vsearch_encoder_batch_duration_seconds", line.Text, StringComparison.Ordinal);
        Assert.True(response.Timings.Embed >= 3_600_000 && response.TookMs >= response.Timings.Embed);
        Assert.Equal("none", line.Fields["Filter"]);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _log.Dispose();
    }

    private static SearchQuery Query => new()
    {
        Text = "zeppelin",
        K = 3,
        Offset = 2,
        EfSearch = 77,
        Filter = Filter.Parse("""{"all":[{"field":"year","gte":2004},{"not":{"field":"tags","eq":"private"}}]}"""),
    };

    private SearchResponse Search(MonitorOptions options, SearchQuery query)
    {
        var store = new FakeStore(2);
        for (int i = 0; i < 10; i++) store.Add(Vectors.Unit(1, i), i == 7 ? "zeppelin" : "boat", year: 2000 + i);
        using var monitor = new SearchMonitor(_meters, _log, options);
        return new SearchPipeline(store, static _ => Vectors.Unit(1, 0), monitor: monitor.Watch("pictures", static () => null)).Search(query);
    }
}
