using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A video in a collection, on every store: its shots, keyframes, passages, storyboard and transcript, written, found, replaced and removed.</summary>
public sealed class VideosTests
{
    private static readonly VideoDetails Details = new(
        new byte[] { 1, 2, 3 }, new StoryboardTiles(4, 2, 160, 90, 5), [new TranscriptLine(1, 3, "The lighthouse was built in 1871."), new TranscriptLine(4, 6, "Nobody lives there.")]);

    [Theory, AllStores]
    public async Task A_shot_is_found_by_the_mean_of_its_keyframes_and_lands_on_the_best_of_them(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(20);
        store.Write([Video("v.mp4", Shot(0, 5, (1, 101), (4, 102)), Shot(5, 9, (7, 103)))]);
        float[] mean = [.. Unit(Vector(101)).Zip(Unit(Vector(102)), (a, b) => (a + b) / 2)];

        ItemRecord first = Assert.Single(store.Load([store.SearchVisual(mean, 1)[0].ItemId]));
        Assert.Equal((ItemKind.Shot, 0.0, 5.0, "v.mp4"), (first.Item.Kind, first.Item.Start, first.Item.End, first.Asset.RelativePath));
        Assert.Equal(1, store.SearchVisual(mean, 1)[0].Score, 4);

        long[] all = [.. store.ItemsOf(first.Asset.Id).Select(item => item.Id), 1, 999];
        FoundKeyframe[] best = [.. store.BestKeyframes(Vector(102), all)];
        Assert.Equal([(first.Item.Id, 4.0), (first.Item.Id + 1, 7.0)], best.Select(one => (one.ItemId, one.Seconds)));
        Assert.Equal(1, best[0].Similarity, 5);
    }

    [Theory, AllStores]
    public async Task Passages_are_found_by_their_words_and_by_their_meaning_and_never_among_pictures(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(20);
        store.Write([Video("v.mp4", Shot(0, 9, (1, 101)), new PassageWrite(1, 4, "the lighthouse was built in stone", Vector(201)), new PassageWrite(4, 9, "a storm took the roof", Vector(202)))]);

        Item byWords = Assert.Single(store.Load([Assert.Single(store.SearchText("storms", 5)).ItemId])).Item;
        Assert.Equal((ItemKind.Passage, 4.0, "a storm took the roof"), (byWords.Kind, byWords.Start, byWords.Text));
        Assert.Equal(byWords, store.FindItem(byWords.Id));
        Assert.Contains(byWords, store.ItemsOf(byWords.AssetId));
        Item[] known = [.. store.ItemsOf(byWords.AssetId).Reverse(), .. store.ItemsOf(store.FindAssetByPath("/pictures/0001.jpg")?.Id ?? 1)];
        Assert.Equal(known, store.LoadItems([.. known.Select(item => item.Id), 999]));
        Assert.Equal(byWords.Id, store.SearchPassages(Vector(202), 1)[0].ItemId);
        Assert.Equal(2, store.SearchPassages(Vector(202), 10).Count);
        Assert.DoesNotContain(byWords.Id, store.SearchVisual(Vector(202), 1000).Select(found => found.ItemId));
        Assert.Empty(store.SearchPassages(Vector(202), 10, new IdSet()));
        Assert.Equal([byWords.Id], store.SearchPassages(Vector(201), 10, IdSet.FromIds([(ulong)byWords.Id])).Select(found => found.ItemId));
    }

    [Theory, AllStores]
    public async Task A_replaced_video_keeps_the_ids_of_what_stays_and_loses_what_goes(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        store.Write([Video("v.mp4", Shot(0, 5, (1, 101)), Shot(5, 9, (7, 102)), new PassageWrite(0, 4, "first words", Vector(201)), new AboutWrite(9, Vector(203)))]);
        long video = store.FindAssetByPath("/pictures/v.mp4")!.Id;
        long[] before = [.. store.ItemsOf(video).OrderBy(item => item.Id).Select(item => item.Id)];

        store.Write([Video("v.mp4", Shot(0, 5, (2, 111)), Shot(6, 9, (8, 112)), new PassageWrite(0, 4, "other words", Vector(211)), new AboutWrite(9, Vector(213)))]);
        long[] after = [.. store.ItemsOf(video).OrderBy(item => item.Id).Select(item => item.Id)];

        Assert.Equal([before[0], before[2], before[3]], after[..3]);
        Assert.DoesNotContain(after[3], before);
        Assert.Equal(before[0], store.SearchVisual(Vector(111), 1)[0].ItemId);
        Assert.Equal(2, store.SearchVisual(Vector(101), 10).Count);
        Assert.Equal(2.0, Assert.Single(store.BestKeyframes(Vector(111), [before[0]])).Seconds);
        Assert.Empty(store.SearchText("first", 5));
        Assert.Equal(before[2], Assert.Single(store.SearchText("other", 5)).ItemId);
        Assert.Equal((before[2], 2), (store.SearchPassages(Vector(211), 1)[0].ItemId, store.SearchPassages(Vector(211), 9).Count));
        Assert.True(store.Verify().Healthy, string.Join('\n', store.Verify().Problems));
    }

    [Theory, AllStores]
    public async Task Storyboard_and_transcript_come_back_and_a_removed_video_leaves_nothing(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(5);
        store.Write([Video("v.mp4", Shot(0, 5, (1, 101)), new PassageWrite(0, 4, "first words", Vector(201)))]);
        Asset video = store.FindAssetByPath("/pictures/v.mp4")!;
        VideoDetails read = store.FindVideo(video.Id)!;
        Assert.Equal(Details.Storyboard.ToArray(), read.Storyboard.ToArray());
        Assert.Equal((Details.Tiles, 1L), (read.Tiles, store.Videos));
        Assert.Equal(Details.Transcript, read.Transcript);
        Assert.Null(store.FindVideo(1));

        Assert.Equal(1, store.Remove([video.Id]));
        Assert.Equal((0L, 5L), (store.Videos, store.Info.Items));
        Assert.Null(store.FindVideo(video.Id));
        Assert.Empty(store.SearchPassages(Vector(201), 5));
        Assert.Empty(store.SearchText("words", 5));
        Assert.True(store.Verify().Healthy, string.Join('\n', store.Verify().Problems));
    }

    [Theory, AllStores(
        new object[] { 5, 5, 1 },
        new object[] { -1, 5, 1 },
        new object[] { 0, double.NaN, 1 },
        new object[] { 0, 5, 0 })]
    public async Task A_shot_without_a_time_or_a_picture_is_refused_and_nothing_is_written(string kind, double start, double end, int keyframes)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        KeyframeWrite[] frames = [.. Enumerable.Range(0, keyframes).Select(n => new KeyframeWrite(n, Vector(n)))];
        ArgumentException refused = Assert.Throws<ArgumentException>(() => store.Write([.. Batch(0, 1), Video("v.mp4", new ShotWrite(start, end, frames))]));
        Assert.Contains("v.mp4", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, store.Info.Items);
    }

    internal static AssetWrite Video(string relativePath, params ItemWrite[] items) => new(Picture(relativePath, "a video") with { Format = "mp4" }, items) { Video = Details };

    internal static ShotWrite Shot(double start, double end, params (double Seconds, int Seed)[] keyframes) =>
        new(start, end, [.. keyframes.Select(frame => new KeyframeWrite(frame.Seconds, Vector(frame.Seed)))]);
}
