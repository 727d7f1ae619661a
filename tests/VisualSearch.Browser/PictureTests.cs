using System.Text;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class PictureTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task A_dropped_picture_finds_itself_first_and_is_there_after_a_reload()
    {
        var visit = await OpenAsync();
        var picture = Site.Pictures[17];
        var search = await visit.SearchAsync(() => visit.DropAsync(picture));
        Assert.True(search.HasPicture);
        Assert.Equal(picture.Name, search.NameOf(0));
        await Expect(visit.At("query-chip")).ToBeVisibleAsync();
        await Expect(visit.At("drop-overlay")).ToBeHiddenAsync();

        var again = await visit.SearchAsync(() => visit.Page.ReloadAsync());
        Assert.Equal(search.Ids, again.Ids);
        await Expect(visit.At("query-chip")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task While_a_file_is_dragged_over_it_the_page_says_where_to_drop()
    {
        var visit = await OpenAsync();
        await visit.DragOverAsync(Site.Pictures[0]);
        await Expect(visit.At("drop-overlay")).ToBeVisibleAsync();
        await visit.Page.DispatchEventAsync("body", "dragend");
        await Expect(visit.At("drop-overlay")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_picture_chosen_from_the_disk_finds_itself_first()
    {
        var visit = await OpenAsync();
        var picture = Site.Pictures[101];
        var search = await visit.SearchAsync(async () =>
        {
            var chooser = await visit.Page.RunAndWaitForFileChooserAsync(() => visit.At("drop-zone").ClickAsync());
            await chooser.SetFilesAsync(picture.File);
        });
        Assert.Equal(picture.Name, search.NameOf(0));
    }

    [Fact]
    public async Task A_pasted_picture_finds_itself_first()
    {
        var visit = await VisitAsync();
        await visit.SearchAtAsync("?q=boat");
        var picture = Site.Pictures[202];
        var search = await visit.SearchAsync(async () =>
        {
            await visit.At("search-input").FillAsync("");
            await visit.PasteAsync(picture);
        });
        Assert.Null(search["text"]);
        Assert.Equal(picture.Name, search.NameOf(0));
    }

    [Fact]
    public async Task Picture_and_words_search_together_and_the_picture_can_be_taken_away()
    {
        var visit = await OpenAsync();
        var picture = await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[12]));
        var both = await visit.SearchWordsAsync("snow");
        Assert.True(both.HasPicture);
        Assert.Equal("snow", both["text"]);
        Assert.NotEqual(picture.Ids, both.Ids);
        Assert.Contains("q=snow", visit.Page.Url, StringComparison.Ordinal);
        Assert.Contains("picture=", visit.Page.Url, StringComparison.Ordinal);

        var words = await visit.SearchAsync(() => visit.At("chip-remove").ClickAsync());
        Assert.False(words.HasPicture);
        Assert.Equal("snow", words["text"]);
        await Expect(visit.At("query-chip")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_broken_picture_is_refused_in_words_and_the_page_goes_on()
    {
        var visit = await OpenAsync();
        visit.ExpectRefusal();
        var half = File.ReadAllBytes(Site.Pictures[3].File)[..40];
        await visit.DropAsync(half, "half.jpg", "image/jpeg");
        var error = visit.At("notice-error");
        await Expect(error).ToBeVisibleAsync();
        await Expect(error.GetByRole(Microsoft.Playwright.AriaRole.Heading)).ToHaveTextAsync("The picture can't be used.");
        Assert.DoesNotContain("   at ", await error.TextContentAsync(), StringComparison.Ordinal);

        var search = await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[3]));
        Assert.Equal(Site.Pictures[3].Name, search.NameOf(0));
        await Expect(error).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused_without_asking_the_server()
    {
        var visit = await OpenAsync();
        await visit.DropAsync(Encoding.UTF8.GetBytes("dear diary"), "diary.txt", "text/plain");
        await Expect(visit.At("note")).ToHaveTextAsync("diary.txt is not a picture.");
        await Expect(visit.At("drop-zone")).ToBeVisibleAsync();
    }
}
