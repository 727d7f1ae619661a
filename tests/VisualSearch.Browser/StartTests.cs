using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class StartTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task Shows_a_place_to_drop_six_samples_and_how_much_is_indexed()
    {
        var visit = await OpenAsync();
        await Expect(visit.At("drop-zone")).ToBeVisibleAsync();
        await Expect(visit.At("sample")).ToHaveCountAsync(6);
        await Expect(visit.At("collection-count")).ToContainTextAsync("300 pictures");
        await visit.PicturesShownAsync();
        await Expect(visit.Page).ToHaveTitleAsync("VisualSearch");
    }

    [Fact]
    public async Task A_sample_searches_with_its_picture()
    {
        var visit = await OpenAsync();
        var search = await visit.SearchAsync(() => visit.At("sample").Nth(2).ClickAsync());
        Assert.Contains(visit.Page.Url.Split('?')[1].Split('&'), part => part.StartsWith($"like={search["imageId"]}", StringComparison.Ordinal));
        Assert.DoesNotContain(search["imageId"], search.Ids);
        await Expect(visit.At("query-chip")).ToBeVisibleAsync();
        await visit.PicturesShownAsync();
    }
}
