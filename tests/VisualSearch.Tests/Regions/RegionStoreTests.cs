using VisualSearch.Ann;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Regions;
using VisualSearch.Tests.Stores;
using static VisualSearch.Tests.Regions.RegionSamples;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Regions;

/// <summary>Parts of pictures on every store: embedded, brought up to date, searched and dropped, while the collection changes.</summary>
public sealed class RegionStoreTests
{
    [Theory, AllStores]
    public async Task A_picture_is_found_by_any_of_its_indexed_windows_and_by_nothing_of_what_was_not_built(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(40);
        Assert.Equal(0, store.RegionPictures);
        Assert.Contains($"vsearch collections regions {home.Name}", Assert.Throws<RegionsMissingException>(() => Find(store, 1)).Message, StringComparison.Ordinal);

        Assert.Equal(40, Build(home.Place.BeginRegions(home.Name)));
        IStore reader = home.Open(StoreAccess.Read);
        Assert.Equal(40, reader.RegionPictures);
        for (int number = 0; number < 40; number += 3)
        {
            foreach (RegionWindow window in RegionWindow.ForIndex(8, 8))
            {
                FoundRegion first = Find(reader, number, window)[0];
                Assert.Equal(ItemOf(reader, number), first.ItemId);
                Assert.InRange(first.Similarity, 0.999f, 1.001f);
            }
        }
    }

    [Theory, AllStores]
    public async Task The_whole_picture_counts_beside_its_part_little_for_pictures_and_as_much_for_words(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Filled(40);
        Build(home.Place.BeginRegions(home.Name));
        IStore reader = home.Open(StoreAccess.Read);
        float[] query = Unit(Part(5, new RegionWindow(1, 2, 4, 4)));
        // 40 pictures and all of them candidates, so that the truth is in these two lists.
        FoundRegion[] parts = [.. reader.SearchRegions(new RegionQuery(query, EfSearch: 200), 40)];
        Assert.Equal(40, parts.Length);
        var orders = new List<string>();
        foreach ((SearchQuery asked, float share) in ((SearchQuery, float)[])[(new() { PictureVector = query }, 0.15f), (new() { Text = "five", Mode = SearchMode.Visual }, 1)])
        {
            (long ItemId, double Score)[] expected = [.. parts.Select(part => (part.ItemId, Score: (double)(part.Similarity + (share * reader.Similarity(query, part.ItemId)!.Value)) / (1 + share))).OrderByDescending(static one => one.Score)];
            SearchResponse found = new SearchPipeline(reader, _ => query).Search(asked with { Regions = RegionMode.Best, K = 40 });
            Assert.Equal(expected.Select(static one => one.ItemId), found.Results.Select(static result => result.Record.Item.Id));
            Assert.All(expected.Zip(found.Results), static pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
            Assert.All(found.Results, result => Assert.Equal(parts.Single(part => part.ItemId == result.Record.Item.Id).Box, result.Box));
            orders.Add(string.Join(' ', expected.Select(static one => one.ItemId)));
        }

        Assert.Equal(2, orders.Distinct().Count());
        Assert.DoesNotContain(string.Join(' ', parts.Select(static part => part.ItemId)), orders);
    }

    [Theory, AllStores]
    public async Task Only_pictures_that_a_filter_lets_through_are_found(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        store.Write([.. Enumerable.Range(0, 30).Select(n => new AssetWrite(Picture($"{n:D6}.jpg", $"picture number {n}", n % 5 == 0 ? "rare" : "common"), Vector(n)))]);
        Build(home.Place.BeginRegions(home.Name));
        IStore reader = home.Open(StoreAccess.Read);
        long[] rare = [.. Enumerable.Range(0, 6).Select(n => ItemOf(reader, n * 5))];
        Filter filter = new Filter.Compare("tags", FilterOperator.Equal, "rare");
        Assert.Equal(rare.Order(), Find(reader, 7, k: 30, scope: reader.Match(filter)).ItemsOf().Order());
        Assert.Equal(ItemOf(reader, 10), Find(reader, 10, scope: reader.Match(filter))[0].ItemId);
        Assert.Equal([rare[2]], Find(reader, 7, scope: IdSet.FromIds([(ulong)rare[2]])).ItemsOf());
        Assert.Empty(Find(reader, 7, scope: new IdSet()));
    }

    [Theory, AllStores]
    public async Task What_changes_is_not_found_by_its_old_parts_and_only_that_is_embedded_again(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore writer = home.Filled(30);
        Assert.Equal(30, Build(home.Place.BeginRegions(home.Name)));
        Assert.Equal(0, Build(home.Place.BeginRegions(home.Name)));
        long changed = ItemOf(writer, 3), gone = ItemOf(writer, 4);
        writer.Write([Changed(3)]);
        writer.Write(Batch(30, 2));
        writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
        // Only its title is new: its parts stay.
        writer.Write([new AssetWrite(Picture("000005.jpg", "another title"), Vector(5))]);

        IStore reader = home.Open(StoreAccess.Read);
        Assert.DoesNotContain(changed, Find(reader, 3, k: 30).ItemsOf());
        Assert.DoesNotContain(gone, Find(reader, 4, k: 30).ItemsOf());
        Assert.Equal(ItemOf(reader, 5), Find(reader, 5)[0].ItemId);
        Assert.Equal("another title", reader.Load([ItemOf(reader, 5)])[0].Asset.Title);
        // The places of those that are passed over go to others.
        Assert.Equal(3, Find(reader, 3, k: 3).Count);
        Assert.Equal(28, Find(reader, 3, k: 30).Count);

        using (IRegionBuild build = home.Place.BeginRegions(home.Name))
        {
            IReadOnlyList<RegionPicture> missing = build.Missing();
            Assert.Equal([changed, ItemOf(reader, 30), ItemOf(reader, 31)], missing.Select(picture => picture.ItemId));
            Assert.Equal("changed3", missing[0].ContentHash);
            Write(build, missing);
            Assert.Equal(1, build.Finish());
            Assert.Equal(31, build.Count);
        }

        IStore after = home.Open(StoreAccess.Read);
        Assert.Equal(31, after.RegionPictures);
        Assert.Equal(changed, Find(after, 1003)[0].ItemId);
        Assert.Equal(ItemOf(after, 31), Find(after, 31)[0].ItemId);
        Assert.Empty(after.Verify().Problems);
    }

    [Theory, AllStores]
    public async Task A_build_that_ended_early_goes_on_where_it_was_and_nothing_is_searched_before_it_is_finished(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(30);
        using (IRegionBuild first = home.Place.BeginRegions(home.Name))
            Write(first, first.Missing().Take(12));
        Assert.Equal(0, home.Open(StoreAccess.Read).RegionPictures);
        Assert.Throws<RegionsMissingException>(() => Find(store, 1));

        using (IRegionBuild again = home.Place.BeginRegions(home.Name))
        {
            Assert.Equal((12, 18), (again.Count, again.Missing().Count));
            Write(again, again.Missing());
        }

        using (IRegionBuild last = home.Place.BeginRegions(home.Name))
        {
            Assert.Empty(last.Missing());
            Assert.Equal(0, last.Finish());
        }

        IStore reader = home.Open(StoreAccess.Read);
        for (int number = 0; number < 30; number++)
            Assert.Equal(ItemOf(reader, number), Find(reader, number)[0].ItemId);
    }

    [Theory, AllStores]
    public async Task One_build_at_a_time_beside_a_writer_and_dropped_parts_are_gone(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore writer = home.Filled(10);
        using (home.Place.BeginRegions(home.Name))
        {
            Assert.Throws<WriterBusyException>(() => home.Place.BeginRegions(home.Name));
            Assert.Throws<WriterBusyException>(() => home.Place.DropRegions(home.Name));
            writer.Write(Batch(10, 2));
        }

        Build(home.Place.BeginRegions(home.Name));
        Assert.Equal(12, home.Open(StoreAccess.Read).RegionPictures);
        Assert.True(home.Place.DropRegions(home.Name) > 12 * 64 * Dimension);
        Assert.Equal(0, home.Place.DropRegions(home.Name));
        IStore dropped = home.Open(StoreAccess.Read);
        Assert.Equal(0, dropped.RegionPictures);
        Assert.Throws<RegionsMissingException>(() => Find(dropped, 1));
        writer.Write([new AssetWrite(Picture("000005.jpg", "another title"), Vector(5))]);
        Assert.Equal(12, Build(home.Place.BeginRegions(home.Name)));
        Assert.Equal(ItemOf(dropped, 5), Find(home.Open(StoreAccess.Read), 5)[0].ItemId);

        Assert.Throws<CollectionNotFoundException>(() => home.Place.BeginRegions("missing"));
        Assert.Throws<CollectionNotFoundException>(() => home.Place.DropRegions("missing"));
    }

    [Theory, AllStores]
    public async Task Parts_go_with_their_generation_and_are_there_again_after_going_back(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(10);
        Assert.Equal(10, Build(home.Place.BeginRegions(home.Name)));
        await ReembedAsync(home);
        using (IServedStore next = home.Place.Open(home.Name, StoreAccess.Read))
        {
            Assert.Equal(0, next.RegionPictures);
            Assert.Throws<RegionsMissingException>(() => Find(next, 5));
        }

        home.Change(writer =>
        {
            writer.Write([Changed(3) with { Items = [new PictureWrite(OtherVector(1003))] }]);
            // Only its title is new: its parts stay.
            writer.Write([new AssetWrite(Picture("000005.jpg", "another title"), OtherVector(5))]);
        });
        using (IGenerationBuild back = home.Place.BeginBuild(home.Name, Model, ""))
        {
            back.Write([.. back.Load(back.Missing()).Select(record => new GenerationVector(record.Item.Id, record.Asset.ContentHash, Vector(1003)))]);
            await SwitchAsync(back);
        }

        using IServedStore first = home.Place.Open(home.Name, StoreAccess.Read);
        Assert.Equal(ItemOf(first, 5), Find(first, 5)[0].ItemId);
        Assert.Equal(ItemOf(first, 7), Find(first, 7)[0].ItemId);
        Assert.DoesNotContain(ItemOf(first, 3), Find(first, 3, k: 10).ItemsOf());
        Assert.Equal(1, Build(home.Place.BeginRegions(home.Name)));
    }
}
