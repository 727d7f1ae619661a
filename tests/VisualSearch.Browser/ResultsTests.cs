using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class ResultsTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task More_like_this_searches_with_that_result()
    {
        var visit = await OpenAsync();
        var words = await visit.SearchWordsAsync("castle");
        var card = visit.Cards.Nth(1);
        await card.HoverAsync();
        var like = await visit.SearchAsync(() => card.GetByTestId("more-like-this").ClickAsync());
        Assert.Equal(words.Ids.ElementAt(1), like["imageId"]);
        Assert.Null(like["text"]);
        Assert.DoesNotContain(like["imageId"], like.Ids);
        await Expect(visit.At("query-chip")).ToBeVisibleAsync();
        await Expect(visit.At("search-input")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Less_like_this_moves_away_from_a_result()
    {
        var visit = await OpenAsync();
        await visit.SearchAsync(() => visit.At("sample").First.ClickAsync());
        var card = visit.Cards.First;
        var unwanted = await card.GetAttributeAsync("data-id");
        await card.HoverAsync();
        var answer = await visit.Page.RunAndWaitForResponseAsync(
            () => card.GetByTestId("less-like-this").ClickAsync(),
            static response => response.Url.EndsWith("/recommend", StringComparison.Ordinal));
        Assert.True(answer.Ok);
        Assert.Contains($"\"negative\":[{unwanted}]", answer.Request.PostData, StringComparison.Ordinal);
        await Expect(visit.Cards.First).Not.ToHaveAttributeAsync("data-id", unwanted!);
    }

    [Fact]
    public async Task Cards_say_their_match_and_title_on_hover()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("rocket");
        var card = visit.Cards.First;
        await card.HoverAsync();
        await Expect(card.GetByTestId("card-match")).ToHaveTextAsync(search.Results[0].GetProperty("match").GetRawText());
        await Expect(card).ToContainTextAsync(search.Results[0].GetProperty("title").GetString()!);
    }

    [Fact]
    public async Task Copies_are_folded_and_variety_is_sent_and_kept_in_the_address()
    {
        var visit = await OpenAsync();
        await visit.SearchWordsAsync("tree");
        var folded = await visit.SearchAsync(() => visit.At("collapse").ClickAsync());
        Assert.Equal("duplicates", folded["collapse"]);
        await Expect(visit.At("collapse")).ToHaveAttributeAsync("aria-pressed", "true");
        var varied = await visit.SearchAsync(() => visit.At("diversity").FillAsync("0.5"));
        Assert.Equal("0.5", varied["diversity"]);
        Assert.Contains("fold=1&variety=0.5", visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_can_be_ordered_by_title()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchWordsAsync("owl");
        await visit.At("sort").SelectOptionAsync("title");
        var titles = search.Results.Select(static result => result.GetProperty("title").GetString()!).Order(StringComparer.OrdinalIgnoreCase);
        await Expect(visit.Cards.First).ToContainTextAsync(titles.First());
        Assert.Contains("sort=title", visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_moves_when_the_thumbnails_arrive()
    {
        var visit = await VisitAsync();
        var release = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/thumbnail?**", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await visit.SearchAtAsync("?q=lighthouse");
        var before = await PlacesAsync(visit);
        Assert.Contains("\"width\"", before, StringComparison.Ordinal);
        release.SetResult();
        await visit.PicturesShownAsync();
        Assert.Equal(before, await PlacesAsync(visit));
    }

    [Fact]
    public async Task Every_picture_is_shown_in_its_own_shape()
    {
        var visit = await OpenAsync();
        await visit.SearchWordsAsync("mountain");
        await visit.PicturesShownAsync();
        // The last of a row takes what rounding leaves; the widest and narrowest pictures are cut on purpose.
        var worst = await visit.Page.EvaluateAsync<double>(
            """
            () => Math.max(...[...document.querySelectorAll('[data-testid=result-card] img')].filter((image) => image.naturalWidth > 0).map((image) => {
              const box = image.getBoundingClientRect();
              const shape = Math.min(3, Math.max(0.45, image.naturalWidth / image.naturalHeight));
              return Math.abs(Math.log(box.width / box.height / shape));
            }))
            """);
        Assert.InRange(worst, 0, 0.06);
    }

    private static Task<string> PlacesAsync(Visit visit) => visit.Page.EvaluateAsync<string>(
        "() => JSON.stringify([document.body, ...document.querySelectorAll('[data-testid=result-line], [data-testid=result-card]')].map((node) => node.getBoundingClientRect()))");
}
