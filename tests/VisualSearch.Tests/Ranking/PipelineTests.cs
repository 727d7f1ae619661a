using VisualSearch.Search;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Tests.Ranking;

public sealed class PipelineTests
{
    private static readonly float[] East = [1, 0, 0], North = [0, 1, 0], Up = [0, 0, 1];

    [Fact]
    public void A_picture_finds_itself_first_and_more_like_this_leaves_it_out()
    {
        FakeStore store = Three();
        SearchPipeline pipeline = new(store, _ => North);
        SearchResponse uploaded = pipeline.Search(new SearchQuery { PictureVector = [2, 0, 0] });
        Assert.Equal([1, 2, 3], uploaded.Results.Select(result => result.Item.Id));
        Assert.Equal(1, uploaded.Results[0].Score, 6);
        Assert.Equal("picture", uploaded.Understood);
        SearchResponse more = pipeline.Search(new SearchQuery { ImageItemId = 1 });
        Assert.Equal([2, 3], more.Results.Select(result => result.Item.Id));
        Assert.Equal("item 1", more.Understood);
    }

    [Fact]
    public void Picture_and_words_are_mixed_by_their_shares_whatever_their_length()
    {
        FakeStore store = new(3);
        store.Add(East);
        store.Add(North);
        store.Add([1, 1, 0]);
        SearchPipeline pipeline = new(store, _ => [0, 50, 0]);
        SearchQuery query = new() { PictureVector = [0.01f, 0, 0], Text = "north", Mode = SearchMode.Visual };
        SearchResponse both = pipeline.Search(query);
        Assert.Equal("picture + 'north'", both.Understood);
        Assert.Equal([3, 1, 2], both.Results.Select(result => result.Item.Id));
        Assert.Equal(1, both.Results[0].Score, 5);
        Assert.Equal(1, pipeline.Search(query with { TextShare = 0 }).Results.Single(result => result.Item.Id == 1).Score, 5);
        Assert.Equal(1, pipeline.Search(query with { TextShare = 1 }).Results.Single(result => result.Item.Id == 2).Score, 5);
    }

    [Fact]
    public void Negative_words_push_down_what_resembles_them()
    {
        FakeStore store = new(3);
        store.Add([1, 1, 0]);
        store.Add([1, 0, 1]);
        SearchPipeline pipeline = new(store, text => text == "north" ? North : East);
        SearchResponse response = pipeline.Search(new SearchQuery { Text = "east", NegativeText = "north", Mode = SearchMode.Visual });
        Assert.Equal([2, 1], response.Results.Select(result => result.Item.Id));
        Assert.Equal("'east' without 'north'", response.Understood);
    }

    [Fact]
    public void What_only_the_words_found_gets_a_similarity_too()
    {
        FakeStore store = new(3);
        for (int i = 0; i < 30; i++)
            store.Add([1, 0.001f * i, 0]);
        long captioned = store.Add([1, 1, 0], "boat");
        SearchPipeline pipeline = new(store, _ => East, new RankingOptions { CandidateWindow = 10 });
        SearchResult found = pipeline.Search(new SearchQuery { Text = "boat", Explain = true, K = 3 }).Results.Single(result => result.Item.Id == captioned);
        Assert.Null(found.Explanation!.VisualRank);
        Assert.Equal(1, found.Explanation.WordRank);
        Assert.Equal(Math.Sqrt(0.5), found.Explanation.ExactSimilarity!.Value, 5);
        Assert.Equal(1, found.Explanation.WordsFound);
    }

    [Fact]
    public void Each_mode_asks_what_it_says()
    {
        FakeStore store = new(3);
        store.Add(East, "red boat");
        store.Add(North, "boat boat");
        store.Add(Up, "tree");
        SearchPipeline pipeline = new(store, _ => Up);
        Assert.Equal([3, 1, 2], Ids(SearchMode.Visual));
        Assert.Equal([2, 1], Ids(SearchMode.Text));
        Assert.Equal(3, Ids(SearchMode.Hybrid).Length);
        Assert.Equal(Ids(SearchMode.Hybrid), Ids(SearchMode.Auto));

        long[] Ids(SearchMode mode) => [.. pipeline.Search(new SearchQuery { Text = "boat", Mode = mode }).Results.Select(result => result.Item.Id)];
    }

    [Fact]
    public void Without_a_good_match_the_answer_says_so_and_marks_the_results()
    {
        FakeStore store = new(3);
        store.Add([1, 0, 0]);
        store.Add([-1, 0.1f, 0]);
        SearchPipeline pipeline = new(store, _ => North);
        SearchResponse good = pipeline.Search(new SearchQuery { PictureVector = East });
        Assert.False(good.NoGoodMatch);
        Assert.Equal([false, true], good.Results.Select(result => result.BelowCutoff));
        SearchResponse poor = pipeline.Search(new SearchQuery { PictureVector = Up });
        Assert.True(poor.NoGoodMatch);
        Assert.Equal(2, poor.Results.Count);
        Assert.True(pipeline.Search(new SearchQuery { Text = "nothing", Mode = SearchMode.Text }).NoGoodMatch);
        // The second page of a good answer is part of a good answer.
        Assert.False(pipeline.Search(new SearchQuery { PictureVector = East, Offset = 1, K = 1 }).NoGoodMatch);
    }

    [Fact]
    public void A_filter_is_counted_in_what_was_understood()
    {
        FakeStore store = new(3);
        store.Add(East, year: 2019);
        store.Add(East, year: 2021);
        store.Add(North, year: 2022);
        SearchResponse response = new SearchPipeline(store, _ => Up).Search(
            new SearchQuery { PictureVector = East, Text = "red", Mode = SearchMode.Visual, Filter = new Filter.Compare("year", FilterOperator.Greater, 2020) });
        Assert.Equal(1, response.FilteredOut);
        Assert.Equal("picture + 'red', 1 filtered out", response.Understood);
        Assert.Equal([2, 3], response.Results.Select(result => result.Item.Id));
        SearchResponse none = new SearchPipeline(store, _ => Up).Search(
            new SearchQuery { Text = "red", Filter = new Filter.Compare("year", FilterOperator.Greater, 3000) });
        Assert.Empty(none.Results);
        Assert.Equal(3, none.FilteredOut);
    }

    [Fact]
    public void Recommend_goes_towards_the_liked_and_away_from_the_disliked()
    {
        FakeStore store = new(3);
        store.Add(East);
        store.Add(North);
        store.Add([1, 0, 0.4f]);
        store.Add([1, 0.4f, 0]);
        SearchPipeline pipeline = new(store, _ => Up);
        SearchResponse response = pipeline.Recommend(new RecommendQuery { Positive = [1], Negative = [2] });
        Assert.Equal([3, 4], response.Results.Select(result => result.Item.Id));
        Assert.Equal("like item 1, unlike item 2", response.Understood);
        Assert.Equal("positive", Assert.Throws<ItemNotFoundException>(() => pipeline.Recommend(new RecommendQuery { Positive = [99] })).Field);
        Assert.Equal("positive", Assert.Throws<QueryException>(() => pipeline.Recommend(new RecommendQuery { Negative = [1] })).Field);
    }

    [Fact]
    public void Duplicates_are_counted_on_the_one_that_stands_for_them()
    {
        FakeStore store = new(3);
        store.Add([1, 0.01f, 0], hash: 0xFF00);
        store.Add([1, 0.02f, 0], hash: 0xFF01);
        store.Add(North, hash: 0xFF00);
        SearchResponse response = new SearchPipeline(store, _ => Up).Search(
            new SearchQuery { PictureVector = East, Collapse = CollapseMode.Duplicates, Explain = true });
        Assert.Equal([1, 3], response.Results.Select(result => result.Item.Id));
        Assert.Equal(1, response.Results[0].Collapsed);
        Assert.Equal(2, response.Results[0].Explanation!.Duplicates.Single().ItemId);
    }

    [Fact]
    public void A_blocked_item_does_not_stand_for_an_open_one()
    {
        FakeStore store = new(3);
        store.Add(East, hash: 0xFF00, tags: ["internal"]);
        store.Add([1, 0.01f, 0], hash: 0xFF00);
        BusinessRules rules = BusinessRules.Parse("""{"rules":[{"block":{"field":"tags","eq":"internal"}}]}""");
        SearchResponse response = new SearchPipeline(store, _ => Up, null, rules).Search(new SearchQuery { PictureVector = East, Collapse = CollapseMode.Duplicates });
        Assert.Equal([2], response.Results.Select(result => result.Item.Id));
        Assert.Equal(0, response.Results[0].Collapsed);
    }

    [Fact]
    public void Many_blocked_items_do_not_empty_the_page()
    {
        FakeStore store = new(3);
        for (int i = 0; i < 300; i++)
            store.Add([1, 0.001f * i, 0], tags: i < 250 ? ["internal"] : []);
        BusinessRules rules = BusinessRules.Parse("""{"rules":[{"block":{"field":"tags","eq":"internal"}}]}""");
        SearchResponse response = new SearchPipeline(store, _ => Up, new RankingOptions { CandidateWindow = 20 }, rules).Search(new SearchQuery { PictureVector = East });
        Assert.Equal(Enumerable.Range(251, 20).Select(id => (long)id), response.Results.Select(result => result.Item.Id));
        Assert.True(response.HasMore);
    }

    [Fact]
    public void A_failing_index_is_reported_and_not_hidden_behind_the_words()
    {
        FakeStore store = new(3) { VisualError = _ => throw new InvalidOperationException("broken index") };
        store.Add(East, "boat");
        Assert.Equal("broken index", Assert.Throws<InvalidOperationException>(() => new SearchPipeline(store, _ => East).Search(new SearchQuery { Text = "boat" })).Message);
    }

    [Fact]
    public void A_cancelled_search_ends()
    {
        SearchPipeline pipeline = new(Three(), _ => East);
        Assert.Throws<OperationCanceledException>(() => pipeline.Search(new SearchQuery { PictureVector = East }, new CancellationToken(true)));
    }

    [Theory]
    [MemberData(nameof(WrongQueries))]
    public void A_wrong_query_is_refused_by_field(SearchQuery query, string field)
    {
        SearchPipeline pipeline = new(Three(), text => text == "east" ? East : North, new RankingOptions { MaxDepth = 100, NegativeTextWeight = 1 });
        QueryException wrong = Assert.Throws<QueryException>(() => pipeline.Search(query));
        Assert.Equal(field, wrong.Field);
        Assert.StartsWith(field + ": ", wrong.Message, StringComparison.Ordinal);
    }

    public static TheoryData<SearchQuery, string> WrongQueries() => new()
    {
        { new SearchQuery(), "text" },
        { new SearchQuery { Text = "  " }, "text" },
        { new SearchQuery { NegativeText = "car" }, "text" },
        { new SearchQuery { Text = new string('a', 1001) }, "text" },
        { new SearchQuery { Text = "east", NegativeText = "east", Mode = SearchMode.Visual }, "negativeText" },
        { new SearchQuery { Text = "a", K = 0 }, "k" },
        { new SearchQuery { Text = "a", K = 101 }, "k" },
        { new SearchQuery { Text = "a", K = 20, Offset = 81 }, "offset" },
        { new SearchQuery { Text = "a", Offset = -1 }, "offset" },
        { new SearchQuery { Text = "a", Diversity = double.NaN }, "diversity" },
        { new SearchQuery { Text = "a", Diversity = 1.01 }, "diversity" },
        { new SearchQuery { Text = "a", EfSearch = -1 }, "efSearch" },
        { new SearchQuery { Text = "a", TextShare = 2 }, "textShare" },
        { new SearchQuery { Text = "a", Mode = (SearchMode)9 }, "mode" },
        { new SearchQuery { PictureVector = [1, 0, 0], Mode = SearchMode.Text }, "mode" },
        { new SearchQuery { PictureVector = [1, 0] }, "image" },
        { new SearchQuery { PictureVector = [0, 0, 0] }, "image" },
        { new SearchQuery { PictureVector = [float.NaN, 0, 0] }, "image" },
    };

    [Fact]
    public void An_unknown_item_is_named() =>
        Assert.Equal(99, Assert.Throws<ItemNotFoundException>(() => new SearchPipeline(Three(), _ => East).Search(new SearchQuery { ImageItemId = 99 })).ItemId);

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public void Options_out_of_range_are_refused_by_name(RankingOptions options, string name) =>
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => new SearchPipeline(Three(), _ => East, options)).Message, StringComparison.Ordinal);

    public static TheoryData<RankingOptions, string> WrongOptions() => new()
    {
        { new RankingOptions { ReciprocalRankConstant = 0 }, "ReciprocalRankConstant" },
        { new RankingOptions { VisualWeight = 0, TextWeight = 0 }, "TextWeight" },
        { new RankingOptions { VisualWeight = double.NaN }, "VisualWeight" },
        { new RankingOptions { CandidateWindow = 1 }, "CandidateWindow" },
        { new RankingOptions { WindowFactor = 0 }, "WindowFactor" },
        { new RankingOptions { NoGoodMatchBelow = 101 }, "NoGoodMatchBelow" },
        { new RankingOptions { Match = new MatchCurves { TextToPicture = new MatchCurve(0, 0) } }, "TextToPicture" },
    };

    private static FakeStore Three()
    {
        FakeStore store = new(3);
        store.Add(East);
        store.Add([1, 0.5f, 0]);
        store.Add(North);
        return store;
    }
}
