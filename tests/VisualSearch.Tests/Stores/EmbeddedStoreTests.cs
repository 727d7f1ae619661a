using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_store_opened_to_read_refuses_to_write()
    {
        Filled(folder["c"], 3).Dispose();
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Throws<InvalidOperationException>(() => store.Write(Batch(5, 1)));
        Assert.Throws<InvalidOperationException>(() => store.Remove([1]));
        store.Flush();
        AssertHolds(store, [0, 1, 2]);
    }

    [Fact]
    public async Task Readers_and_a_writer_work_side_by_side()
    {
        using EmbeddedStore store = Filled(folder["c"], 100);
        using var stop = new CancellationTokenSource();
        Task[] searching = [.. Enumerable.Range(0, 4).Select(n => Task.Run(() =>
        {
            int searches = 0;
            while (!stop.IsCancellationRequested || searches == 0)
            {
                ScoredItem best = store.SearchVisual(Vector(n), 1)[0];
                Assert.Equal(n, NumberOf(store.Load([best.ItemId])[0]));
                Assert.NotEmpty(store.SearchText($"number {n}", 3));
                searches++;
            }
        }))];
        for (int batch = 1; batch <= 10; batch++)
            store.Write(Batch(batch * 100, 20));
        store.Remove([store.FindAssetByPath("/pictures/000100.jpg")!.Id]);
        store.Flush();
        await stop.CancelAsync();
        await Task.WhenAll(searching);
        AssertHolds(store, [.. Enumerable.Range(0, 100), .. Enumerable.Range(1, 10).SelectMany(b => Enumerable.Range(b * 100, 20)).Where(n => n != 100)]);
    }
}
