using Microsoft.Extensions.Logging;
using VisualSearch.Ann;
using VisualSearch.Search;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Telemetry;

/// <summary>The check of recall finds what is wrong with an index, and is no burden.</summary>
public sealed class RecallCheckTests : IDisposable
{
    private const int Count = 400;
    private static readonly MonitorOptions Always = new() { RecallOneIn = 1, RecallCoreShare = 1 };

    private readonly TemporaryFolder _folder = new();
    private readonly OwnMeters _meters = new();
    private readonly OwnLog _log = new();

    [Fact]
    public void An_exact_search_finds_what_sorting_all_vectors_finds()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        float[] query = StoreSamples.Vector(77_000);
        float[] unit = StoreSamples.Unit(query);
        var all = Enumerable.Range(0, Count)
            .Select(n => (Item: store.ItemsOf(store.FindAssetByPath($"/pictures/{n:D6}.jpg")!.Id)[0].Id, Similarity: StoreSamples.Unit(StoreSamples.Vector(n)).Zip(unit, static (a, b) => (double)a * b).Sum()))
            .OrderByDescending(static one => one.Similarity).ToArray();
        ExactResult found = store.SearchVisualExactly(query, 25);
        Assert.Equal(all.Take(25).Select(static one => one.Item), found.Items.Select(static one => one.ItemId));
        Assert.All(found.Items.Zip(all), static pair => Assert.Equal(pair.Second.Similarity, pair.First.Score, 1e-5));
        Assert.Equal(store.SearchedRevision, found.Revision);

        IdSet even = IdSet.FromIds(all.Where(static one => one.Item % 2 == 0).Select(static one => (ulong)one.Item));
        Assert.Equal(all.Where(static one => one.Item % 2 == 0).Take(5).Select(static one => one.Item), store.SearchVisualExactly(query, 5, even).Items.Select(static one => one.ItemId));
        Assert.Equal(Count, store.SearchVisualExactly(query, 10_000).Items.Count);
        Assert.Throws<ArgumentException>(() => store.SearchVisualExactly(new float[StoreSamples.Dimension], 5));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => store.SearchVisualExactly(query, 5, cancellation: stopped.Token));
    }

    [Fact]
    public async Task A_sound_index_has_a_recall_of_1()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        using SearchMonitor monitor = Monitor(Always);
        await SearchAsync(monitor, store, 6);
        Assert.Equal(Enumerable.Repeat(1.0, 6), _meters.Of("vsearch.search.recall", "collection=c"));
        Assert.Equal(6, _meters.Of("vsearch.search.recall.checks", "collection=c,outcome=measured").Length);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task An_index_that_lost_vectors_is_found_out_and_warned_of_once_with_what_to_do()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        // As after damage: the catalog has them, the index does not. Every third of the nearest is gone.
        float[] query = StoreSamples.Vector(77_000);
        long[] lost = [.. store.SearchVisual(query, 30).Where(static (_, i) => i % 3 == 0).Select(static one => one.ItemId)];
        foreach (long id in lost) Assert.True(store.Visual.Index.Remove((ulong)id));
        using SearchMonitor monitor = Monitor(Always);
        await SearchAsync(monitor, store, 12, _ => query);
        // Of the first ten, those at 0, 3, 6 and 9.
        Assert.Equal(Enumerable.Repeat(0.6, 12), _meters.Of("vsearch.search.recall", "collection=c"));
        OwnLog.Line warning = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Equal("c", warning.Fields["Collection"]);
        Assert.Equal(0.6, (double)warning.Fields["Mean"]!, 1e-9);
        Assert.Contains("vsearch collections verify c", warning.Text, StringComparison.Ordinal);
        Assert.Contains("delete visual.hnsw", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_in_between_is_no_miss()
    {
        using (StoreSamples.Filled(_folder["c"], Count))
        {
        }

        // It looks for others' commits once an hour: its index stays behind the catalog, which the exact search reads.
        using EmbeddedStore reader = EmbeddedStore.Open(_folder["c"], StoreAccess.Read, new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromHours(1) });
        using (EmbeddedStore writer = EmbeddedStore.Open(_folder["c"], StoreAccess.Write)) writer.Write(StoreSamples.Batch(Count, 50));
        using SearchMonitor monitor = Monitor(Always);
        await SearchAsync(monitor, reader, 3);
        Assert.Empty(_meters.Of("vsearch.search.recall"));
        Assert.Equal(3, _meters.Of("vsearch.search.recall.checks", "collection=c,outcome=changed").Length);
    }

    [Fact]
    public async Task One_check_at_a_time_and_others_are_let_go()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        using SearchMonitor monitor = Monitor(Always);
        using var begun = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        SearchPipeline pipeline = Pipeline(monitor, store, () =>
        {
            begun.Release();
            go.Wait(TimeSpan.FromSeconds(30));
            return new Held();
        });
        Search(pipeline, 0);
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(30)));
        for (int i = 1; i <= 8; i++) Search(pipeline, i);
        go.Set();
        await monitor.Recall.IdleAsync();
        Assert.Equal(8, _meters.Of("vsearch.search.recall.checks", "collection=c,outcome=busy").Length);
        Assert.Single(_meters.Of("vsearch.search.recall"));
    }

    [Fact]
    public async Task After_a_check_it_rests_until_its_share_of_a_core_is_kept()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        // A millionth: a check of a millisecond is followed by a rest of a thousand seconds.
        using SearchMonitor monitor = Monitor(Always with { RecallCoreShare = 1e-6 });
        await SearchAsync(monitor, store, 5);
        Assert.Single(_meters.Of("vsearch.search.recall"));
        Assert.Equal(4, _meters.Of("vsearch.search.recall.checks", "collection=c,outcome=busy").Length);
    }

    [Fact]
    public async Task A_closed_collection_is_left_alone_and_an_ended_server_checks_nothing()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        SearchMonitor monitor = Monitor(Always);
        Search(Pipeline(monitor, store, () => null), 0);
        await monitor.Recall.IdleAsync();
        await monitor.Recall.StopAsync();
        await SearchAsync(monitor, store, 3);
        monitor.Dispose();
        await SearchAsync(monitor, store, 3);
        await monitor.Recall.StopAsync();
        Assert.Empty(_meters.Of("vsearch.search.recall"));
        Assert.Empty(_meters.Of("vsearch.search.recall.checks"));
    }

    [Fact]
    public async Task A_check_that_fails_is_counted_and_says_why()
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], Count);
        using SearchMonitor monitor = Monitor(Always);
        Search(Pipeline(monitor, store, () => throw new InvalidOperationException("the disk is gone")), 0);
        await monitor.Recall.IdleAsync();
        Assert.Single(_meters.Of("vsearch.search.recall.checks", "collection=c,outcome=failed"));
        Assert.Contains("the disk is gone", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(4, 50, 150)]
    public async Task One_in_so_many_searches_is_sampled(int oneIn, int atLeast, int atMost)
    {
        using EmbeddedStore store = StoreSamples.Filled(_folder["c"], 50);
        using SearchMonitor monitor = Monitor(Always with { RecallOneIn = oneIn });
        // 400 draws of 1 in 4: 50 to 150 is more than five standard deviations either way.
        SearchPipeline pipeline = Pipeline(monitor, store, () => null);
        for (int i = 0; i < 400; i++) Search(pipeline, i);
        await monitor.Recall.IdleAsync();
        Assert.InRange(Sampled, atLeast, atMost);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _log.Dispose();
        _folder.Dispose();
    }

    // Those let go are counted; those that found the collection closed asked for it.
    private int Sampled => _held + _meters.Of("vsearch.search.recall.checks").Length;

    private int _held;

    private SearchMonitor Monitor(MonitorOptions options) => new(_meters, _log, options with { SlowThreshold = null });

    private SearchPipeline Pipeline(SearchMonitor monitor, EmbeddedStore store, Func<IDisposable?> hold) => new(store, static _ => StoreSamples.Vector(1), monitor: monitor.Watch("c", () =>
    {
        Interlocked.Increment(ref _held);
        return hold();
    }));

    private async Task SearchAsync(SearchMonitor monitor, EmbeddedStore store, int times, Func<int, float[]>? query = null)
    {
        SearchPipeline pipeline = Pipeline(monitor, store, static () => new Held());
        for (int i = 0; i < times; i++)
        {
            Search(pipeline, i, query);
            await monitor.Recall.IdleAsync();
        }
    }

    private static void Search(SearchPipeline pipeline, int number, Func<int, float[]>? query = null) =>
        pipeline.Search(new SearchQuery { PictureVector = query?.Invoke(number) ?? StoreSamples.Vector(90_000 + number), K = 5 });

    private sealed class Held : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
