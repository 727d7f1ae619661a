using System.Globalization;
using VisualSearch.Browser.Site;

namespace VisualSearch.Browser;

public sealed class CropTests(SiteFixture site) : PageTests(site)
{
    [Fact]
    public async Task A_crop_drawn_on_ones_own_picture_searches_with_that_part()
    {
        var visit = await OpenAsync();
        var whole = await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[7]));
        await visit.At("chip-open").ClickAsync();
        var part = await visit.SearchAsync(() => DragAsync(visit, (0.25, 0.2), (0.75, 0.9)));

        Assert.True(part.HasPicture);
        AssertNear((0.25, 0.2, 0.5, 0.7), part.Crop());
        Assert.NotEqual(whole.Ids, part.Ids);
        await Expect(visit.At("crop-box")).ToBeVisibleAsync();
        Assert.Contains("crop=0.2", visit.Page.Url, StringComparison.Ordinal);

        // The answer for the whole picture is still at hand, so nothing is sent.
        await visit.At("crop-clear").ClickAsync();
        await Expect(visit.At("crop-box")).ToBeHiddenAsync();
        await Expect(visit.Cards.First).ToHaveAttributeAsync("data-id", whole.Ids.First());
    }

    [Fact]
    public async Task A_crop_is_answered_with_a_frame_on_the_part_that_was_found()
    {
        var visit = await OpenAsync();
        await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[7]));
        await Expect(visit.Cards.First.GetByTestId("found-part")).ToBeHiddenAsync();
        await visit.At("chip-open").ClickAsync();
        var part = await visit.SearchAsync(() => DragAsync(visit, (0.25, 0.2), (0.75, 0.9)));

        var card = visit.Cards.First;
        var frame = card.GetByTestId("found-part");
        await Expect(frame).ToBeVisibleAsync();
        var found = part.Results[0].GetProperty("box");
        var (picture, shown) = ((await card.BoundingBoxAsync())!, (await frame.BoundingBoxAsync())!);
        Assert.Equal(found.GetProperty("x").GetDouble(), (shown.X - picture.X) / picture.Width, 0.02);
        Assert.Equal(found.GetProperty("y").GetDouble(), (shown.Y - picture.Y) / picture.Height, 0.02);
        Assert.Equal(found.GetProperty("width").GetDouble(), shown.Width / picture.Width, 0.02);
        Assert.Equal(found.GetProperty("height").GetDouble(), shown.Height / picture.Height, 0.02);
    }

    [Fact]
    public async Task A_crop_survives_a_reload_and_goes_away_with_back()
    {
        var visit = await OpenAsync();
        var whole = await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[40]));
        await visit.At("chip-open").ClickAsync();
        var part = await visit.SearchAsync(() => DragAsync(visit, (0.1, 0.1), (0.6, 0.6)));
        var again = await visit.SearchAsync(() => visit.Page.ReloadAsync());
        Assert.Equal(part["crop"], again["crop"]);
        Assert.Equal(part.Ids, again.Ids);
        await Expect(visit.At("crop-box")).ToBeVisibleAsync();

        var back = await visit.SearchAsync(() => visit.Page.GoBackAsync());
        Assert.Equal(whole.Ids, back.Ids);
        await Expect(visit.At("crop-box")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_crop_is_made_moved_sized_and_removed_by_keyboard()
    {
        var visit = await OpenAsync();
        await visit.SearchAsync(() => visit.DropAsync(Site.Pictures[7]));
        await visit.At("chip-open").PressAsync("Enter");
        var made = await visit.SearchAsync(() => visit.At("crop-toggle").PressAsync("Enter"));
        var (x, y, width, height) = made.Crop();
        await Expect(visit.At("crop-box")).ToBeFocusedAsync();

        var moved = await visit.SearchAsync(() => visit.At("crop-box").PressAsync("Shift+ArrowRight"));
        AssertNear((x + 0.05, y, width, height), moved.Crop());
        var sized = await visit.SearchAsync(() => visit.At("crop-handle-s").PressAsync("ArrowDown"));
        AssertNear((x + 0.05, y, width, height + 0.01), sized.Crop());

        await visit.At("crop-box").PressAsync("Delete");
        await Expect(visit.At("crop-box")).ToBeHiddenAsync();
        await Expect(visit.Page).Not.ToHaveURLAsync(new System.Text.RegularExpressions.Regex("crop="));
    }

    [Fact]
    public async Task A_part_of_a_result_is_searched_for_by_dragging_over_it()
    {
        var visit = await OpenAsync();
        var words = await visit.SearchWordsAsync("butterfly");
        await visit.Cards.First.ClickAsync();
        await Expect(visit.At("detail-panel")).ToBeVisibleAsync();
        var part = await visit.SearchAsync(() => DragAsync(visit, (0.3, 0.3), (0.8, 0.8)));
        Assert.Equal(words.Ids.First(), part["imageId"]);
        AssertNear((0.3, 0.3, 0.5, 0.5), part.Crop());
        Assert.Null(part["text"]);
    }

    private static async Task DragAsync(Visit visit, (double X, double Y) from, (double X, double Y) to)
    {
        await visit.PicturesShownAsync();
        // The layer for crops covers exactly the picture. Hovering waits until it stands still.
        var picture = visit.At("crop-layer");
        await picture.HoverAsync();
        var box = await picture.BoundingBoxAsync() ?? throw new InvalidOperationException("The large picture is not in sight.");
        var mouse = visit.Page.Mouse;
        await mouse.MoveAsync((float)(box.X + (from.X * box.Width)), (float)(box.Y + (from.Y * box.Height)));
        await mouse.DownAsync();
        // One step: on a slow machine the page would take a pause between several for the end of the movement.
        await mouse.MoveAsync((float)(box.X + (to.X * box.Width)), (float)(box.Y + (to.Y * box.Height)));
        await mouse.UpAsync();
    }

    /// <summary>To a pixel or two of the large picture: the mouse stands on whole pixels.</summary>
    private static void AssertNear((double X, double Y, double Width, double Height) expected, (double X, double Y, double Width, double Height) actual)
    {
        double[] differences = [expected.X - actual.X, expected.Y - actual.Y, expected.Width - actual.Width, expected.Height - actual.Height];
        Assert.True(differences.All(static difference => Math.Abs(difference) < 0.01), string.Create(CultureInfo.InvariantCulture, $"expected {expected}, was {actual}"));
    }
}
