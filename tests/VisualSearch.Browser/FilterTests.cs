using System.Globalization;
using Microsoft.Playwright;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class FilterTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task A_chosen_value_narrows_the_results_to_as_many_as_its_count_says()
    {
        var visit = await OpenAsync();
        var all = await visit.SearchWordsAsync("animal");
        await visit.At("filters-open").ClickAsync();
        var vehicles = Site.Pictures.Count(static picture => picture.Tags.Contains("vehicle"));
        var value = Value(visit, "tags", "vehicle");
        await Expect(value).ToContainTextAsync(vehicles.ToString(CultureInfo.InvariantCulture));

        var filtered = await visit.SearchAsync(() => value.GetByRole(AriaRole.Checkbox).CheckAsync());
        Assert.Contains("\"vehicle\"", filtered["filter"], StringComparison.Ordinal);
        Assert.NotEmpty(filtered.Results);
        Assert.All(filtered.Results, static result => Assert.Contains("vehicle", result.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString())));
        Assert.Contains("filter=tags:vehicle", visit.Page.Url, StringComparison.Ordinal);
        Assert.Contains(all.Ids, id => !filtered.Ids.Contains(id));

        await visit.At("filters-clear").ClickAsync();
        await Expect(visit.Cards.First).ToHaveAttributeAsync("data-id", all.Ids.First());
        await Expect(visit.Page).ToHaveURLAsync(Site.Address + "?q=animal");
    }

    [Fact]
    public async Task Counts_of_one_field_follow_what_is_chosen_in_the_others()
    {
        var visit = await OpenAsync();
        await visit.SearchWordsAsync("animal");
        await visit.At("filters-open").ClickAsync();
        var style = Value(visit, "style", "pencil");
        await Expect(style).ToBeVisibleAsync();
        await visit.SearchAsync(() => style.GetByRole(AriaRole.Checkbox).CheckAsync());
        var animals = Site.Pictures.Count(static picture => picture.Tags.Contains("animal") && picture.Tags.Contains("pencil"));
        await Expect(Value(visit, "tags", "animal")).ToContainTextAsync(animals.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_range_of_years_narrows_the_results()
    {
        var visit = await OpenAsync();
        await visit.SearchWordsAsync("flower");
        await visit.At("filters-open").ClickAsync();
        var from = visit.At("facet-year").GetByTestId("facet-from");
        var filtered = await visit.SearchAsync(async () =>
        {
            await from.FillAsync("2020");
            await from.PressAsync("Enter");
        });
        var recent = Site.Pictures.Where(static picture => picture.Year >= 2020).Select(static picture => picture.Name).ToHashSet();
        Assert.NotEmpty(filtered.Results);
        Assert.All(Enumerable.Range(0, filtered.Results.Count), position => Assert.Contains(filtered.NameOf(position), recent));
    }

    [Fact]
    public async Task On_a_phone_the_filters_are_a_sheet_that_shows_the_results_when_done()
    {
        var visit = await VisitAsync(Visit.Phone);
        await visit.SearchAtAsync("?q=animal");
        await visit.At("filters-open").TapAsync();
        await Expect(visit.At("filters")).ToBeVisibleAsync();
        await visit.SearchAsync(() => Value(visit, "tags", "vehicle").TapAsync());
        await visit.At("filters").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Show results" }).TapAsync();
        await Expect(visit.At("filters")).ToBeHiddenAsync();
        await Expect(visit.Cards.First).ToBeInViewportAsync();
    }

    private static ILocator Value(Visit visit, string field, string value) =>
        visit.At($"facet-{field}").Locator("label", new LocatorLocatorOptions { Has = visit.Page.Locator($"input[value='{value}']") });
}
