using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Ranking;

/// <summary>Moments of videos: what is seen and said at once counts together, what lies over each other is shown once, videos know their moments.</summary>
public sealed class MomentTests : IDisposable
{
    private static readonly float[] North = [0, 1, 0], East = [1, 0, 0], Up = [0, 0, 1];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_shot_gets_the_scores_of_what_is_spoken_over_it_and_not_of_what_touches_it()
    {
        Candidate shot = Moment(1, 4, 8), spoken = Moment(2, 3, 9, text: 5), before = Moment(3, 0, 5, text: 9), elsewhere = Moment(4, 4, 8, text: 7, video: 2);
        shot.Explanation = new Explanation();
        MomentEvidence.Share([shot, spoken, before, elsewhere]);
        Assert.Equal((5f, 5f), (shot.TextScore, shot.Explanation.WordScore));
        Assert.Equal(9f, before.TextScore);
    }

    [Fact]
    public void A_passage_over_the_whole_video_gives_to_all_shots_and_takes_from_none()
    {
        Candidate about = Moment(1, 0, 60, text: 3), shot = Moment(2, 10, 20);
        shot.ExactScore = 0.9f;
        MomentEvidence.Share([about, shot]);
        Assert.Equal((3f, (float?)null), (shot.TextScore, about.ExactScore));
    }

    [Fact]
    public void Own_scores_are_never_replaced_and_pictures_never_touched()
    {
        Candidate shot = Moment(1, 0, 10, text: 1), spoken = Moment(2, 0, 10, text: 5), picture = new(3) { Record = new ItemRecord(new Item { Id = 3, AssetId = 1 }, Video(1)) };
        MomentEvidence.Share([shot, spoken, picture]);
        Assert.Equal((1f, 5f, (float?)null), (shot.TextScore, spoken.TextScore, picture.TextScore));
    }

    [Theory]
    [InlineData(2, 13.0, 12.0)]     // the picture was first by pictures, the passage second by words: where the picture is shown
    [InlineData(1, 13.0, 13.0)]     // the passage was first by words, the picture fourth: where the words are said
    [InlineData(1, 9.0, 10.0)]      // they began before the shot
    public void A_shot_found_by_what_is_said_starts_there(int placeByWords, double said, double starts)
    {
        Candidate shot = Moment(1, 10, 20), spoken = Moment(2, said, 21, text: 5);
        (shot.VisualRank, shot.Moment, spoken.TextRank) = (placeByWords == 1 ? 4 : 1, 12, placeByWords);
        spoken.Record = spoken.Record! with { Item = spoken.Record.Item with { Text = "the keeper was called Marta" } };
        MomentEvidence.Share([shot, spoken]);
        Assert.Equal((starts, "the keeper was called Marta"), (shot.Moment, shot.Said));
    }

    [Fact]
    public void Of_moments_over_each_other_the_best_stays_and_neighbours_stay()
    {
        Candidate best = Moment(1, 10, 20), same = Moment(2, 11, 19), next = Moment(3, 20, 30), whole = Moment(4, 0, 100), other = Moment(5, 10, 20, video: 2);
        List<Candidate> kept = MomentCollapse.Collapse([best, same, next, whole, other], []);
        Assert.Equal([1, 3, 4, 5], kept.Select(candidate => candidate.ItemId));
        Assert.Equal([2], best.Collapsed);
        Assert.Empty(MomentCollapse.Collapse([same], [best]));
    }

    [Fact]
    public void What_both_pictures_and_words_answer_comes_before_what_only_one_of_them_does()
    {
        SearchPipeline pipeline = new(Filled(), _ => North, new RankingOptions());
        SearchResponse answer = pipeline.Search(new SearchQuery { Text = "lighthouse", Collapse = CollapseMode.Duplicates });
        SearchResult first = answer.Results[0];
        Assert.Equal(("a.mp4", 10.0, 20.0), (first.Asset.RelativePath, first.Item.Start, first.Item.End));
        Assert.Equal(FoundBy.Picture | FoundBy.Words | FoundBy.Meaning, first.FoundBy);
        Assert.Equal((12, "the lighthouse stands on a rock"), (first.Moment, first.Said));
        Assert.True(first.Match >= 90, $"{first.Match}");
    }

    [Fact]
    public void Grouped_by_asset_each_video_comes_once_with_its_further_moments()
    {
        SearchPipeline pipeline = new(Filled(), _ => North, new RankingOptions());
        SearchResponse answer = pipeline.Search(new SearchQuery { Text = "lighthouse", Collapse = CollapseMode.Asset });
        Assert.Equal(["a.mp4", "b.mp4"], answer.Results.Select(result => result.Asset.RelativePath).Order());
        Assert.All(answer.Results, result => Assert.NotEmpty(result.Moments));
        foreach (SearchResult result in answer.Results)
        {
            double[] starts = [result.Item.Start!.Value, .. result.Moments.Select(moment => moment.Item.Start!.Value)];
            Assert.Equal(starts.Length, starts.Distinct().Count());
        }
    }

    [Fact]
    public void A_picture_finds_the_shot_it_came_from_and_the_second()
    {
        SearchPipeline pipeline = new(Filled(), _ => throw new InvalidOperationException("no words were asked for"), new RankingOptions());
        SearchResult first = pipeline.Search(new SearchQuery { PictureVector = Up }).Results[0];
        Assert.Equal(("b.mp4", 5.0, 7.0), (first.Asset.RelativePath, first.Item.Start, first.Moment));
        Assert.Equal(FoundBy.Picture, first.FoundBy);
    }

    [Fact]
    public void Words_beside_a_picture_are_no_second_way_to_the_answer()
    {
        using EmbeddedStore store = EmbeddedStore.Create(folder["p"], new ModelIdentity("test@1", "test@1+abc", 3));
        store.Write(
        [
            new AssetWrite(StoreSamples.Picture("alike.jpg"), North),
            new AssetWrite(StoreSamples.Picture("dark.jpg") with { Title = "night" }, East),
            new AssetWrite(StoreSamples.Picture("other.jpg"), Mix(East, Up)),
        ]);
        SearchPipeline pipeline = new(store, _ => Mix(North, Up), new RankingOptions());
        SearchQuery words = new() { Text = "night", Mode = SearchMode.Hybrid };
        Assert.Equal("dark.jpg", pipeline.Search(words).Results[0].Asset.RelativePath);
        Assert.Equal("alike.jpg", pipeline.Search(words with { PictureVector = North }).Results[0].Asset.RelativePath);
    }

    private EmbeddedStore Filled()
    {
        EmbeddedStore store = EmbeddedStore.Create(folder["c"], new ModelIdentity("test@1", "test@1+abc", 3));
        store.Write(
        [
            Write("a.mp4",
                new ShotWrite(0, 10, [new KeyframeWrite(3, East)]),
                new ShotWrite(10, 20, [new KeyframeWrite(11, Mix(East, North)), new KeyframeWrite(12, North)]),
                new PassageWrite(9, 21, "the lighthouse stands on a rock", North), new PassageWrite(0, 9, "boats in the morning", East)),
            Write("b.mp4",
                new ShotWrite(0, 5, [new KeyframeWrite(2, North)]),
                new ShotWrite(5, 9, [new KeyframeWrite(7, Up)]),
                new PassageWrite(5, 9, "of a lighthouse nothing is seen here", Up)),
        ]);
        return store;
    }

    private static float[] Mix(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static AssetWrite Write(string path, params ItemWrite[] items) => new(StoreSamples.Picture(path), items) { Video = new VideoDetails(Array.Empty<byte>(), new StoryboardTiles(0, 1, 1, 1, 1), []) };

    private static Asset Video(long id) => new() { Id = id, Path = $"/v/{id}.mp4" };

    private static Candidate Moment(long id, double start, double end, float? text = null, long video = 1) => new(id)
    {
        Record = new ItemRecord(new Item { Id = id, AssetId = video, Kind = ItemKind.Shot, Start = start, End = end }, Video(video)),
        TextScore = text,
    };
}
