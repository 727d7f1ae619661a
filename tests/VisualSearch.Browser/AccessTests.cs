using Microsoft.Playwright;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class AccessTests(SiteFixture site) : PageTests(site)
{
    private const string LightGround = "rgb(255, 255, 255)";
    private const string DarkGround = "rgb(19, 19, 21)";

    [Fact]
    public async Task Keyboard_alone_searches_walks_the_grid_opens_and_closes()
    {
        var visit = await OpenAsync();
        var keys = visit.Page.Keyboard;
        await Expect(visit.At("sample")).ToHaveCountAsync(6);
        await keys.PressAsync("/");
        await keys.TypeAsync("cat");
        var search = await visit.SearchAsync(() => keys.PressAsync("Enter"));
        for (var stops = 0; stops < 12 && !await IsOnCardAsync(visit); stops++) await keys.PressAsync("Tab");
        await Expect(visit.Cards.First.GetByTestId("card-open")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowRight");
        await Expect(visit.Cards.Nth(1).GetByTestId("card-open")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(visit.At("detail-panel")).ToContainTextAsync(search.Results[1].GetProperty("title").GetString()!);
        await keys.PressAsync("Escape");
        await Expect(visit.At("detail-panel")).ToBeHiddenAsync();
        await Expect(visit.Cards.Nth(1).GetByTestId("card-open")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData("?q=cat", 14)]
    public async Task Where_the_focus_is_can_be_seen(string address, int stops)
    {
        var visit = await OpenAsync(address);
        await Expect(visit.At(address.Length == 0 ? "sample" : "result-card").First).ToBeVisibleAsync();
        await visit.PicturesShownAsync();
        var seen = new HashSet<string>();
        for (var stop = 0; stop < stops; stop++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var place = await visit.Page.EvaluateAsync<float[]>(
                """
                async () => {
                  // Under reduced motion changes still take a moment, if a very short one.
                  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
                  window.focused = document.activeElement;
                  // The browser scrolls to what Tab reaches in its own time; on a busy machine that was after the box had been read.
                  focused.scrollIntoView({ block: "nearest", behavior: "instant" });
                  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
                  const box = focused.getBoundingClientRect();
                  const [left, top] = [Math.max(0, box.left - 8), Math.max(0, box.top - 8)];
                  return [left, top, Math.min(innerWidth, box.right + 8) - left, Math.min(innerHeight, box.bottom + 8) - top];
                }
                """);
            var what = await visit.Page.EvaluateAsync<string>("() => focused.dataset.testid ?? focused.className");
            seen.Add(what);
            var clip = new PageScreenshotOptions { Clip = new Clip { X = place[0], Y = place[1], Width = place[2], Height = place[3] }, Animations = ScreenshotAnimations.Disabled };
            var with = await visit.Page.ScreenshotAsync(clip);
            await visit.Page.EvaluateAsync("() => focused.blur()");
            var without = await visit.Page.ScreenshotAsync(clip);
            Assert.False(with.AsSpan().SequenceEqual(without), $"The focus on '{what}' can't be seen.");
            await visit.Page.EvaluateAsync("() => focused.focus()");
        }

        Assert.Contains("search-input", seen);
        Assert.Contains(address.Length == 0 ? "drop-zone" : "card-open", seen);
    }

    [Fact]
    public async Task Light_and_dark_follow_the_system_until_somebody_chooses()
    {
        var visit = await OpenAsync();
        await ExpectDarkAsync(visit, false);
        await visit.At("theme-switch").ClickAsync();
        await ExpectDarkAsync(visit, true);
        await visit.Page.ReloadAsync();
        await ExpectDarkAsync(visit, true);
        await visit.At("theme-switch").ClickAsync();
        await ExpectDarkAsync(visit, false);

        // That was the system's own choice, so the page follows the system again.
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await ExpectDarkAsync(visit, true);
    }

    [Fact]
    public async Task The_api_can_be_read_and_tried_on_a_page_of_its_own()
    {
        var visit = await OpenAsync("docs/index.html");
        await Expect(visit.Page).ToHaveTitleAsync("VisualSearch API");
        await Expect(visit.Page.GetByText("/v1/collections/{collection}/search")).ToBeVisibleAsync();
    }

    private static Task<bool> IsOnCardAsync(Visit visit) => visit.Page.EvaluateAsync<bool>("() => document.activeElement.dataset.testid === 'card-open'");

    private static async Task ExpectDarkAsync(Visit visit, bool dark)
    {
        await Expect(visit.At("theme-switch")).ToHaveAttributeAsync("aria-checked", dark ? "true" : "false");
        await Expect(visit.Page.Locator("html")).ToHaveCSSAsync("background-color", dark ? DarkGround : LightGround);
    }
}
