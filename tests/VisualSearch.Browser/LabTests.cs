using Microsoft.Playwright;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class LabTests(SiteFixture site) : PageTests(site)
{
    // Few links, chosen carelessly, and the narrowest beam: such a search misses pictures.
    private const string Hasty = "?view=lab&m=2&efConstruction=1&efSearch=1&rescore=0";

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Looks(int width, bool dark)
    {
        var visit = await VisitAsync(width == 390 ? Visit.Phone : Visit.Desktop, dark);
        await visit.OpenAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Lab" }).ClickAsync();
        await ReadyAsync(visit);
        var name = $"lab{(dark ? "-dark" : "")}-{width}";
        await Look.CheckAsync(visit, name);
        await visit.At("walk").ScrollIntoViewIfNeededAsync();
        await Look.CheckAsync(visit, $"{name}-walk");
    }

    [Fact]
    public async Task The_picture_in_the_readme_shows_the_way_of_a_search()
    {
        var visit = await OpenAsync("?view=lab&m=6&efSearch=20");
        await ReadyAsync(visit);
        await visit.At("walk").EvaluateAsync("(walk) => scrollTo(0, walk.offsetTop - 76)");
        await Look.CheckReadmeAsync(visit, "lab.png");
    }

    [Theory]
    [InlineData("ivf-flat", "lists")]
    [InlineData("ivf-pq", "lists")]
    [InlineData("lsh", "buckets")]
    public async Task A_family_without_a_walk_tells_what_it_visited_and_holds(string family, string places)
    {
        var visit = await OpenAsync($"?view=lab&family={family}");
        await ReadyAsync(visit);
        Assert.InRange(await VisitedAsync(visit), 10, SiteFixture.Count);
        await Expect(visit.At("figure-visited")).ToContainTextAsync(places);
        await Expect(visit.At("figure-memory")).ToContainTextAsync("MB");
        await Expect(visit.At("walk")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_wider_beam_visits_more_and_the_address_says_so()
    {
        var visit = await OpenAsync("?view=lab&efSearch=10");
        await ReadyAsync(visit);
        var narrow = await VisitedAsync(visit);
        await visit.At("lab-efSearch").FillAsync("200");
        await Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("efSearch=200"));
        await Expect(visit.At("figure-visited").Locator(".lab-value")).Not.ToHaveTextAsync($"{narrow}");
        await ReadyAsync(visit);
        Assert.True(await VisitedAsync(visit) > narrow);
        await Expect(visit.At("figure-recall")).ToContainTextAsync("100 %");

        await visit.Page.ReloadAsync();
        await ReadyAsync(visit);
        await Expect(visit.At("lab-efSearch")).ToHaveValueAsync("200");
    }

    [Fact]
    public async Task Misses_are_outlined_and_any_picture_becomes_the_query()
    {
        var visit = await OpenAsync(Hasty);
        await ReadyAsync(visit);

        // On average over the collection it misses; some picture's own search shows it.
        for (var choice = 0; choice < 8 && await visit.At("tile-wrong").CountAsync() == 0; choice++)
        {
            var before = visit.Page.Url;
            await visit.At("lab-samples").GetByTestId("tile").Nth(choice).Locator("a").ClickAsync();
            await ReadyAsync(visit);
            Assert.True(choice == 0 || visit.Page.Url != before);
        }

        await Expect(visit.At("list-exact").GetByTestId("tile-wrong").First).ToContainTextAsync("missed");
        await Expect(visit.At("list-approximate").GetByTestId("tile-wrong").First).ToContainTextAsync("too far");
        var border = await visit.At("tile-wrong").First.Locator("a").EvaluateAsync<string>("(link) => getComputedStyle(link).outlineStyle");
        Assert.Equal("dashed", border);
        await Look.CheckAsync(visit, "lab-missed-1280");
    }

    [Fact]
    public async Task The_way_is_walked_by_keyboard_step_by_step()
    {
        var visit = await OpenAsync("?view=lab&m=4");
        await ReadyAsync(visit);
        var scrubber = visit.At("walk-scrubber");
        await scrubber.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Home");
        await Expect(visit.At("walk-says")).ToContainTextAsync("Step 1 of");
        await Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("step=1$"));
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(visit.At("walk-says")).ToContainTextAsync("Step 2 of");
        Assert.StartsWith("Step 2 of", await scrubber.GetAttributeAsync("aria-valuetext"), StringComparison.Ordinal);
        await visit.At("walk-next").ClickAsync();
        await Expect(visit.At("walk-says")).ToContainTextAsync("Step 3 of");
        await visit.Page.ReloadAsync();
        await Expect(visit.At("walk-says")).ToContainTextAsync("Step 3 of");
        await visit.Page.Keyboard.PressAsync("/");
        await Expect(visit.At("search-input")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Another_family_codes_and_words_keep_working_and_search_is_one_step_back()
    {
        var visit = await OpenAsync("?q=cat");
        await Expect(visit.Cards.First).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Lab" }).ClickAsync();
        await ReadyAsync(visit);
        await visit.At("lab-codes").SelectOptionAsync("none");
        await Expect(visit.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("codes=none"));
        await visit.At("lab-family").SelectOptionAsync("flat");
        await Expect(visit.At("walk")).ToBeHiddenAsync();
        await Expect(visit.At("figure-recall")).ToContainTextAsync("100 %");
        await visit.At("lab-words").FillAsync("a boat on the sea");
        await visit.At("lab-words").PressAsync("Enter");
        await Expect(visit.At("lab-query")).ToContainTextAsync("a boat on the sea");
        await Expect(visit.At("bench-empty").Or(visit.At("bench"))).ToBeVisibleAsync();
        await visit.Page.GoBackAsync();
        await visit.Page.GoBackAsync();
        await Expect(visit.Cards.First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_refused_experiment_says_what_happened_and_can_be_tried_again()
    {
        var visit = await VisitAsync();
        visit.ExpectRefusal();
        await visit.OpenAsync("?view=lab&item=999999");
        await Expect(visit.At("notice-error")).ToContainTextAsync("999999");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Search", Exact = true }).ClickAsync();
        await Expect(visit.At("drop-zone")).ToBeVisibleAsync();
    }

    private static async Task ReadyAsync(Visit visit)
    {
        await Expect(visit.At("figure-recall")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".lab-results[aria-busy]")).ToHaveCountAsync(0);
    }

    private static async Task<int> VisitedAsync(Visit visit) =>
        int.Parse((await visit.At("figure-visited").Locator(".lab-value").InnerTextAsync()).Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
}
