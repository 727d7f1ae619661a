using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>What every store does, on every store: assets and items written, found, replaced and removed.</summary>
public sealed class StoreTests
{
    [Theory, AllStores]
    public async Task An_asset_comes_back_as_it_was_written(string kind)
    {
        var asset = new Asset
        {
            Path = "/data/Ünïcode 北京/a'b\"c.jpg",
            Root = "/data",
            RelativePath = "Ünïcode 北京/a'b\"c.jpg",
            SizeBytes = 5_000_000_000,
            ModifiedTicks = DateTime.UtcNow.Ticks,
            ContentHash = "deadbeef",
            Title = "A \"title\"; DROP TABLE asset --",
            Tags = ["Strand", "Möwe"],
            Text = "line one\nline two 🏖",
            Format = "jpeg",
            Width = 4000,
            Height = 3000,
            PerceptualHash = 0xFEDC_BA98_7654_3210,
            AverageColor = 0xFFEEDD,
            Fields = new Dictionary<string, FieldValue> { ["year"] = 2019, ["camera"] = "Leica \"M\"", ["raw"] = false, ["f"] = 0.1 + 0.2 },
            IndexedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        store.Write([new AssetWrite(asset, Vector(1))]);

        Asset? read = store.FindAssetByPath(asset.Path);
        Assert.NotNull(read);
        Assert.Equal(1, read.Id);
        Assert.Equal(asset.Tags, read.Tags);
        Assert.Equal(asset.Fields.OrderBy(f => f.Key), read.Fields.OrderBy(f => f.Key));
        Assert.Equal(asset with { Id = 1, Tags = read.Tags, Fields = read.Fields }, read);
        Assert.Equal(read.Path, store.FindAsset(1)?.Path);
        Item item = Assert.Single(store.ItemsOf(1));
        Assert.Equal(new Item { Id = 1, AssetId = 1, Kind = ItemKind.Picture }, item);
        Assert.Equal(item, store.FindItem(1));
    }

    [Theory, AllStores]
    public async Task Vectors_are_kept_with_norm_one_and_compared_by_cosine(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(50);
        var kept = new float[Dimension];
        float[] query = Vector(1000);
        IReadOnlyList<ScoredItem> found = store.SearchVisual(query, 50);

        Assert.Equal(50, found.Count);
        foreach (ScoredItem scored in found)
        {
            float[] expected = Unit(Vector(NumberOf(store.Load([scored.ItemId])[0])));
            Assert.True(store.TryGetVector(scored.ItemId, kept));
            Assert.Equal(expected, kept, (a, b) => Math.Abs(a - b) < 1e-6);
            double cosine = expected.Zip(Unit(query), (a, b) => (double)a * b).Sum();
            Assert.Equal(cosine, scored.Score, 1e-5);
            Assert.Equal(cosine, store.Similarity(query, scored.ItemId)!.Value, 1e-5);
        }
        Assert.Equal(found.OrderByDescending(s => s.Score).Select(s => s.ItemId), found.Select(s => s.ItemId));
        Assert.False(store.TryGetVector(999, kept));
        Assert.Null(store.Similarity(query, 999));
    }

    [Theory, AllStores]
    public async Task A_path_written_again_replaces_everything_and_keeps_its_ids(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(20);
        Asset before = store.FindAssetByPath("/pictures/000007.jpg")!;
        Item item = store.ItemsOf(before.Id)[0];

        store.Write([new AssetWrite(Picture("000007.jpg", "zebra crossing", "street") with { Fields = new Dictionary<string, FieldValue> { ["year"] = 1999 } }, Vector(7777))]);

        Assert.Equal(before.Id, store.FindAssetByPath("/pictures/000007.jpg")!.Id);
        Assert.Equal(item, Assert.Single(store.ItemsOf(before.Id)));
        Assert.Equal(20, store.Info.Items);
        Assert.Equal(item.Id, store.SearchVisual(Vector(7777), 1)[0].ItemId);
        Assert.True(store.SearchVisual(Vector(7), 1)[0].Score < 0.99);
        Assert.Equal(item.Id, Assert.Single(store.SearchText("zebra", 5)).ItemId);
        Assert.DoesNotContain(store.SearchText("number 7 seven", 100), s => s.ItemId == item.Id);
        Assert.Equal(new FacetCount("street", 1), Assert.Single(store.Facet("tags")));
        store.Write([new AssetWrite(Picture("000007.jpg"), Vector(7))]);
        Assert.Empty(store.Facet("tags"));
        Assert.Empty(store.Facet("year"));
        Assert.Empty(store.Verify().Problems);
    }

    [Theory, AllStores]
    public async Task Of_a_path_that_comes_twice_in_a_batch_the_last_stays(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        store.Write([new AssetWrite(Picture("a.jpg", "first"), Vector(1)), new AssetWrite(Picture("b.jpg"), Vector(2)), new AssetWrite(Picture("a.jpg", "second"), Vector(3))]);
        Assert.Equal(2, store.Info.Assets);
        Assert.Equal("second", store.FindAssetByPath("/pictures/a.jpg")!.Title);
        Assert.Equal("second", store.Load([store.SearchVisual(Vector(3), 1)[0].ItemId])[0].Asset.Title);
    }

    [Theory, AllStores]
    public async Task Removed_assets_leave_nothing_behind_and_their_ids_never_return(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(30);
        long[] gone = [.. Enumerable.Range(0, 30).Where(n => n % 3 == 0).Select(n => store.FindAssetByPath($"/pictures/{n:D6}.jpg")!.Id)];
        long largest = gone.Max();

        Assert.Equal(10, store.Remove([.. gone, 12345]));
        Assert.Equal(0, store.Remove(gone));
        Assert.Equal(0, store.Remove([]));

        AssertHolds(store, [.. Enumerable.Range(0, 30).Where(n => n % 3 != 0)]);
        Assert.Null(store.FindAsset(gone[0]));
        Assert.Empty(store.ItemsOf(gone[0]));
        Assert.Equal(20, store.SearchText("picture", 100).Count);
        store.Remove([.. store.FileStates().Values.Select(s => s.Id)]);
        store.Write(Batch(100, 1));
        Assert.True(store.FindAssetByPath("/pictures/000100.jpg")!.Id > largest);
        AssertHolds(store, [100]);
    }

    [Theory, AllStores("short", "zero", "nan", "infinite", "no path")]
    public async Task A_bad_asset_is_refused_and_nothing_of_its_batch_is_written(string kind, string fault)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(3);
        float[] vector = fault switch
        {
            "short" => Vector(9, Dimension - 1),
            "zero" => new float[Dimension],
            "nan" => [.. Vector(9)[..^1], float.NaN],
            "infinite" => [float.PositiveInfinity, .. Vector(9)[1..]],
            _ => Vector(9),
        };
        Asset asset = fault == "no path" ? Picture("x.jpg") with { Path = "" } : Picture("x.jpg");
        ArgumentException refused = Assert.Throws<ArgumentException>(() => store.Write([.. Batch(10, 2), new AssetWrite(asset, vector)]));
        if (fault != "no path")
            Assert.Contains("x.jpg", refused.Message, StringComparison.Ordinal);
        AssertHolds(store, [0, 1, 2]);
    }

    [Theory, AllStores]
    public async Task Load_keeps_the_order_asked_for_and_leaves_out_what_is_not_there(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(10);
        Assert.Equal([9, 2, 2, 5], store.Load([9, 2, 77, 2, -1, 5]).Select(r => r.Item.Id));
        Assert.Empty(store.Load([]));
        Assert.All(store.Load([1, 2, 3]), r => Assert.Equal(r.Item.AssetId, r.Asset.Id));
    }

    [Theory, AllStores]
    public async Task File_states_cover_all_assets_or_those_of_a_root(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(10);
        store.Write([new AssetWrite(Picture("other.jpg") with { Path = "/elsewhere/other.jpg", Root = "/elsewhere" }, Vector(50))]);
        Assert.Equal(11, store.FileStates().Count);
        Assert.Equal(10, store.FileStates("/pictures").Count);
        AssetFileState state = Assert.Single(store.FileStates("/elsewhere")).Value;
        Asset asset = store.FindAsset(state.Id)!;
        Assert.Equal(new AssetFileState(asset.Id, asset.Path, asset.SizeBytes, asset.ModifiedTicks, asset.ContentHash), state);
        Assert.Empty(store.FileStates("/nowhere"));
    }

    [Theory, AllStores]
    public async Task A_search_honours_the_filter_and_never_returns_more_than_there_is(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(40);
        IdSet even = IdSet.FromIds(Enumerable.Range(1, 40).Where(id => id % 2 == 0).Select(id => (ulong)id));
        Assert.Equal(20, store.SearchVisual(Vector(3), 100, even).Count);
        Assert.All(store.SearchVisual(Vector(3), 5, even), s => Assert.Equal(0, s.ItemId % 2));
        Assert.Empty(store.SearchVisual(Vector(3), 5, new IdSet()));
        Assert.Equal(40, store.SearchVisual(Vector(3), 1000).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.SearchVisual(Vector(3), 0));
        Assert.Throws<ArgumentException>(() => store.SearchVisual(Vector(3, Dimension + 1), 5).Count);
    }

    [Theory, AllStores]
    public async Task An_empty_collection_answers_everything_with_nothing(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        store.Write([]);
        Assert.Empty(store.SearchVisual(Vector(1), 10));
        Assert.Empty(store.SearchText("anything", 10));
        Assert.Empty(store.Facet("tags"));
        Assert.Empty(store.FileStates());
        Assert.Null(store.FindAsset(1));
        Assert.Null(store.FindItem(1));
        AssertHolds(store, []);
    }
}
