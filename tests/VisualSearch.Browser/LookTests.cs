using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

/// <summary>Goes through the main states at the size of a desk and of a phone, and keeps a picture of each.</summary>
public sealed class LookTests(SiteFixture site) : PageTests(site)
{
    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Words_results_details_and_filters(int width)
    {
        var visit = await VisitAsync(width == 390 ? Visit.Phone : Visit.Desktop);
        await visit.OpenAsync();
        await Expect(visit.At("sample")).ToHaveCountAsync(6);
        await Expect(visit.At("collection-count")).ToContainTextAsync("300");
        await Look.CheckAsync(visit, $"start-{width}");

        await visit.SearchWordsAsync("boat on the sea");
        await Look.CheckAsync(visit, $"results-{width}");

        await visit.At("filters-open").ClickAsync();
        await Expect(visit.At("facet-tags")).ToBeVisibleAsync();
        await Look.CheckAsync(visit, $"filters-{width}");
        await visit.At("filters-close").ClickAsync();

        await visit.Cards.First.ClickAsync();
        await Expect(visit.At("similar")).ToBeVisibleAsync();
        await Expect(visit.At("why")).ToBeVisibleAsync();
        await Look.CheckAsync(visit, $"detail-{width}");
        await visit.At("why").ScrollIntoViewIfNeededAsync();
        await Look.CheckAsync(visit, $"why-{width}");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Picture_crop_and_error(int width)
    {
        var visit = await VisitAsync(width == 390 ? Visit.Phone : Visit.Desktop);
        await visit.OpenAsync();
        await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[7]));
        await Look.CheckAsync(visit, $"picture-{width}");

        await visit.At("chip-open").ClickAsync();
        await visit.SearchAsync(() => visit.At("crop-toggle").ClickAsync());
        await Look.CheckAsync(visit, $"crop-{width}");

        visit.ExpectRefusal();
        await visit.DropAsync([1, 2, 3], "broken.jpg", "image/jpeg");
        await Expect(visit.At("notice-error")).ToBeVisibleAsync();
        await Expect(visit.At("detail-panel")).ToBeHiddenAsync();
        await Look.CheckAsync(visit, $"error-{width}");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Results_in_the_dark(int width)
    {
        var visit = await VisitAsync(width == 390 ? Visit.Phone : Visit.Desktop, dark: true);
        await visit.SearchAtAsync("?q=boat+on+the+sea");
        await Look.CheckAsync(visit, $"results-dark-{width}");
    }

    [Fact]
    public async Task The_picture_in_the_readme_shows_this_page()
    {
        var visit = await VisitAsync();
        await visit.OpenAsync();
        await visit.SearchWordsAsync("boat on the sea");
        await visit.Cards.Nth(1).ClickAsync();
        await Expect(visit.At("similar")).ToBeVisibleAsync();
        await Expect(visit.At("why")).ToBeVisibleAsync();
        await Look.CheckReadmeAsync(visit, "screenshot.png");
    }
}
