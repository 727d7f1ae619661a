using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class DetailTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task Opens_a_result_with_what_is_known_of_it()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("turtle");
        await visit.Cards.First.ClickAsync();
        var panel = visit.At("detail-panel");
        await Expect(panel).ToContainTextAsync(search.Results[0].GetProperty("title").GetString()!);
        await Expect(visit.At("metadata")).ToContainTextAsync(search.NameOf(0));
        var asset = search.Results[0].GetProperty("asset");
        await Expect(visit.At("metadata")).ToContainTextAsync($"{asset.GetProperty("width")} × {asset.GetProperty("height")}");
        await Expect(visit.At("tags")).ToContainTextAsync(search.Results[0].GetProperty("tags")[0].GetString()!);
        await Expect(visit.At("similar").GetByRole(Microsoft.Playwright.AriaRole.Link)).ToHaveCountAsync(12);
        await visit.PicturesShownAsync();
    }

    [Fact]
    public async Task Arrow_keys_go_to_the_next_and_Escape_closes()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("bicycle");
        await visit.Cards.First.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(OpenAt(search, 0));
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page).ToHaveURLAsync(OpenAt(search, 1));
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.Page).ToHaveURLAsync(OpenAt(search, 2));
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(visit.Page).ToHaveURLAsync(OpenAt(search, 1));
        await Expect(visit.At("detail-panel")).ToContainTextAsync(search.Results[1].GetProperty("title").GetString()!);
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.At("detail-panel")).ToBeHiddenAsync();
        await Expect(visit.Cards.First).ToBeVisibleAsync();
        await Expect(visit.Page).ToHaveURLAsync(Site.Address + "?q=bicycle");
    }

    [Fact]
    public async Task An_open_result_is_an_address_that_can_be_shared()
    {
        var first = await OpenAsync();
        await first.SearchWordsAsync("train");
        await first.Cards.Nth(3).ClickAsync();
        await Expect(first.At("detail-panel")).ToBeVisibleAsync();
        var title = await first.At("detail-panel").GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Level = 2 }).TextContentAsync();

        var second = await OpenAsync(first.Page.Url);
        await Expect(second.At("detail-panel").GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync(title!);
        await second.Page.Keyboard.PressAsync("Escape");
        await Expect(second.At("detail-panel")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Why_shows_the_stages_of_this_search()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("umbrella");
        await visit.Cards.First.ClickAsync();
        var why = visit.At("why");
        await Expect(why.Locator("[data-stage=visual]")).ToBeVisibleAsync();
        await Expect(why.Locator("[data-stage=text]")).ToBeVisibleAsync();
        await Expect(why.Locator("[data-stage=rank]")).ToBeVisibleAsync();
        await Expect(why.Locator("[data-stage=match]")).ToContainTextAsync(search.Results[0].GetProperty("match").GetRawText());
    }

    [Fact]
    public async Task A_tag_searches_and_so_does_more_like_this()
    {
        var visit = await OpenAsync();
        var words = await visit.SearchWordsAsync("a boat at the beach");
        await visit.Cards.First.ClickAsync();
        var like = await visit.SearchAsync(() => visit.At("detail-more-like-this").ClickAsync());
        Assert.Equal(words.Ids.First(), like["imageId"]);

        await visit.Cards.First.ClickAsync();
        var tag = visit.At("tags").GetByRole(Microsoft.Playwright.AriaRole.Link).First;
        var name = await tag.TextContentAsync();
        var tagged = await visit.SearchAsync(() => tag.ClickAsync());
        Assert.Equal(name, tagged["text"]);
    }

    [Fact]
    public async Task The_picture_zooms()
    {
        var visit = await OpenAsync();
        await visit.SearchWordsAsync("star");
        await visit.Cards.First.ClickAsync();
        var picture = visit.At("stage-image");
        await visit.PicturesShownAsync();
        var before = await picture.BoundingBoxAsync();
        await visit.At("zoom-in").ClickAsync();
        await visit.At("zoom-in").ClickAsync();
        await Expect(visit.At("detail-panel")).ToContainTextAsync("200 %");
        await visit.Page.WaitForFunctionAsync(
            "(before) => Math.abs(document.querySelector('[data-testid=stage-image]').getBoundingClientRect().width / before - 2) < 0.01", (double)before!.Width);
        await visit.PicturesShownAsync();
    }

    [Fact]
    public async Task On_a_phone_it_covers_the_page_and_back_closes_it()
    {
        var visit = await VisitAsync(Visit.Phone);
        await visit.SearchAtAsync("?q=turtle");
        await visit.Cards.First.TapAsync();
        var panel = visit.At("detail-panel");
        await Expect(panel).ToHaveAttributeAsync("aria-modal", "true");
        var box = await panel.BoundingBoxAsync();
        Assert.Equal((0f, 0f, 390f, 844f), (box!.X, box.Y, box.Width, box.Height));
        await visit.Page.GoBackAsync();
        await Expect(panel).ToBeHiddenAsync();
        await Expect(visit.Cards.First).ToBeVisibleAsync();
    }

    private string OpenAt(SentSearch search, int position)
    {
        var result = search.Results[position];
        var (id, assetId) = (result.GetProperty("id").GetRawText(), result.GetProperty("assetId").GetRawText());
        return $"{Site.Address}?q={search["text"]}&open={(id == assetId ? id : $"{id}:{assetId}")}";
    }
}
