using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class WordsTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task Words_and_Enter_give_results_and_an_address()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("red car");
        Assert.Equal("red car", search["text"]);
        Assert.EndsWith("/?q=red+car", visit.Page.Url, StringComparison.Ordinal);
        await Expect(visit.Cards).ToHaveCountAsync(60);
        await Expect(visit.At("result-summary")).ToContainTextAsync("ms");
        Assert.Contains("car", search.Results.Take(10).SelectMany(static result => result.GetProperty("tags").EnumerateArray()).Select(static tag => tag.GetString()));
    }

    [Fact]
    public async Task A_word_after_a_minus_is_one_to_stay_away_from()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("boat -red");
        Assert.Equal(("boat", "red"), (search["text"], search["negativeText"]));
    }

    [Fact]
    public async Task Reload_back_and_forward_show_the_same_search_again()
    {
        var visit = await OpenAsync();
        var fish = await visit.SearchWordsAsync("fish");
        var castle = await visit.SearchWordsAsync("castle");
        Assert.NotEqual(fish.Ids, castle.Ids);

        await visit.Page.GoBackAsync();
        await Expect(visit.At("search-input")).ToHaveValueAsync("fish");
        await Expect(visit.Cards.First).ToHaveAttributeAsync("data-id", fish.Ids.First());
        await visit.Page.GoForwardAsync();
        await Expect(visit.At("search-input")).ToHaveValueAsync("castle");
        await Expect(visit.Cards.First).ToHaveAttributeAsync("data-id", castle.Ids.First());

        var again = await visit.SearchAsync(() => visit.Page.ReloadAsync());
        Assert.Equal(castle.Ids, again.Ids);

        await visit.Page.GoBackAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.At("drop-zone")).ToBeVisibleAsync();
        await Expect(visit.At("search-input")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Slash_goes_to_the_field_and_Escape_empties_it()
    {
        var visit = await OpenAsync();
        await Expect(visit.At("sample")).ToHaveCountAsync(6);
        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("owl");
        await Expect(visit.At("search-input")).ToHaveValueAsync("owl");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.At("search-input")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Further_results_come_while_scrolling()
    {
        var visit = await OpenAsync();
        var first = await visit.SearchWordsAsync("house");
        var second = await visit.SearchAsync(() => visit.Page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)"));
        Assert.Equal("60", second["offset"]);
        Assert.Empty(first.Ids.Intersect(second.Ids));
        await Expect(visit.Cards.Nth(60)).ToHaveAttributeAsync("data-id", second.Ids.First());
    }
}
