using System.Globalization;
using System.Text.Json;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

/// <summary>Videos among results: found at their moment, scrubbed on their card, played, read along, and searched with one of their frames.</summary>
public sealed class VideoTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task A_result_plays_at_its_moment()
    {
        var (visit, search) = await SpokenAsync();
        await visit.Cards.First.ClickAsync();
        await Expect(visit.At("player")).ToBeVisibleAsync();
        await TimeIsAsync(visit, Moment(search.Results[0]));
        await Expect(visit.At("moment-mark").First).ToBeVisibleAsync();

        await visit.Page.EvaluateAsync("() => { const video = document.querySelector('video'); video.muted = true; return video.play(); }");
        await visit.Page.WaitForFunctionAsync("(from) => document.querySelector('video').currentTime > from + 0.3", Moment(search.Results[0]));
    }

    [Fact]
    public async Task The_transcript_marks_the_match_and_a_click_in_it_goes_there()
    {
        var (visit, search) = await SpokenAsync();
        await visit.Cards.First.ClickAsync();
        await Expect(visit.At("transcript").Locator(".match").First).ToBeVisibleAsync();
        var lines = (await visit.Page.EvaluateAsync<JsonElement>(
            "(url) => fetch(url).then((answer) => answer.json())", search.Results[0].GetProperty("asset").GetProperty("video").GetProperty("transcriptUrl").GetString())).GetProperty("lines");
        await Expect(visit.At("transcript-line")).ToHaveCountAsync(lines.GetArrayLength());
        var last = lines.GetArrayLength() - 1;
        await visit.At("transcript-line").Nth(last).ClickAsync();
        await TimeIsAsync(visit, lines[last].GetProperty("start").GetDouble());
        await Expect(visit.At("transcript").Locator(".now")).ToContainTextAsync(lines[last].GetProperty("text").GetString()!);
    }

    [Fact]
    public async Task The_timeline_has_all_moments_of_the_video_and_leads_to_them()
    {
        var (visit, search) = await SpokenAsync();
        await visit.Cards.First.ClickAsync();
        await Expect(visit.At("moment-mark").Nth(1)).ToBeVisibleAsync();
        var other = visit.Page.Locator(".mark:not(.found)").First;
        var before = await TimeAsync(visit);
        await other.ClickAsync();
        await visit.Page.WaitForFunctionAsync("(before) => Math.abs(document.querySelector('video').currentTime - before) > 1", before);
    }

    [Fact]
    public async Task The_storyboard_follows_the_pointer_over_the_card()
    {
        var (visit, _) = await SpokenAsync();
        var card = visit.Cards.First;
        await Expect(visit.At("card-length").First).ToBeVisibleAsync();
        var box = (await card.BoundingBoxAsync())!;
        var tiles = new List<string?>();
        foreach (var share in new[] { 0.1f, 0.9f })
        {
            await visit.Page.Mouse.MoveAsync(box.X + (box.Width * share), box.Y + (box.Height / 2));
            await Expect(card.GetByTestId("storyboard")).ToBeVisibleAsync();
            tiles.Add(await card.GetByTestId("storyboard").GetAttributeAsync("data-tile"));
        }

        Assert.True(int.Parse(tiles[0]!) < int.Parse(tiles[1]!), string.Join(" and ", tiles));
        await visit.Page.Mouse.MoveAsync(1, 1);
        await Expect(card.GetByTestId("storyboard")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_frame_that_is_shown_can_be_searched_with()
    {
        var (visit, search) = await SpokenAsync();
        await visit.Cards.First.ClickAsync();
        await TimeIsAsync(visit, Moment(search.Results[0]));
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('video').readyState >= 2");
        var like = await visit.SearchAsync(() => visit.At("search-frame").ClickAsync());
        Assert.True(like.HasPicture);
        Assert.Equal(search.Results[0].GetProperty("assetId").GetInt64(), like.Results[0].GetProperty("assetId").GetInt64());
    }

    [Fact]
    public async Task What_the_browser_cant_play_is_shown_frame_by_frame()
    {
        var (visit, search) = await SpokenAsync();
        // As of a codec that the browser doesn't know: bytes that it can make nothing of.
        await visit.Page.RouteAsync("**/media**", static route => route.FulfillAsync(new() { ContentType = "video/mp4", Body = "no film" }));
        await visit.Cards.First.ClickAsync();
        await Expect(visit.At("stills-hint")).ToBeVisibleAsync();
        await Expect(visit.At("player")).ToBeHiddenAsync();
        await ShownAsync();
        var first = await visit.At("still").GetAttributeAsync("src");
        Assert.Contains("time=" + Moment(search.Results[0]).ToString("0.000", CultureInfo.InvariantCulture), first, StringComparison.Ordinal);
        await visit.Page.Locator(".mark:not(.found)").First.ClickAsync();
        await Expect(visit.At("still")).Not.ToHaveAttributeAsync("src", first!);
        await ShownAsync();
        var like = await visit.SearchAsync(() => visit.At("search-frame").ClickAsync());
        Assert.True(like.HasPicture);
        Assert.Equal(search.Results[0].GetProperty("assetId").GetInt64(), like.Results[0].GetProperty("assetId").GetInt64());

        Task ShownAsync() => visit.Page.WaitForFunctionAsync("() => { const still = document.querySelector('[data-testid=still]'); return still.complete && still.naturalWidth > 0; }");
    }

    [Fact]
    public async Task What_is_seen_and_what_is_said_can_be_asked_for_alone()
    {
        var (visit, _) = await SpokenAsync();
        await visit.At("filters-open").ClickAsync();
        var seen = visit.At("facet-kind").GetByText("Seen in videos");
        await Expect(visit.At("facet-kind").GetByText("Said in videos")).ToBeVisibleAsync();
        var filtered = await visit.SearchAsync(() => seen.ClickAsync());
        Assert.NotEmpty(filtered.Results);
        Assert.All(filtered.Results, static result => Assert.Equal("shot", result.GetProperty("kind").GetString()));
    }

    // A judged query whose answer is said and seen, in the collection of videos.
    private async Task<(Visit Visit, SentSearch Search)> SpokenAsync()
    {
        var visit = await VisitAsync();
        var search = await visit.SearchAtAsync($"?in={SiteFixture.Videos}&q={Uri.EscapeDataString(Site.SpokenQuery)}");
        Assert.NotEmpty(search.Results);
        return (visit, search);
    }

    private static double Moment(JsonElement result) => result.TryGetProperty("moment", out var moment) ? moment.GetDouble() : result.GetProperty("start").GetDouble();

    private static Task<double> TimeAsync(Visit visit) => visit.Page.EvaluateAsync<double>("() => document.querySelector('video').currentTime");

    private static Task TimeIsAsync(Visit visit, double seconds) => visit.Page.WaitForFunctionAsync(
        "(seconds) => Math.abs(document.querySelector('video').currentTime - seconds) < 0.5", seconds);
}
