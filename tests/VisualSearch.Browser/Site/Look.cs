using System.Text.Json;
using Microsoft.Playwright;

namespace VisualSearch.Browser.Site;

/// <summary>What can be said of any view at any size: nothing sticks out, every control has a name; and a picture of it is kept.</summary>
internal static class Look
{
    private const string UpdateVariable = "VSEARCH_UPDATE_SCREENSHOT";

    // What people operate. Chromium's own accessibility tree says which elements these are, and what they are called.
    private static readonly HashSet<string> Controls = ["button", "link", "textbox", "searchbox", "combobox", "checkbox", "switch", "slider", "spinbutton", "progressbar", "dialog"];

    /// <summary>Checks the view and saves its picture as <c>artifacts/screenshots/NAME.png</c>.</summary>
    /// <returns>The picture, as PNG.</returns>
    public static async Task<byte[]> CheckAsync(Visit visit, string name)
    {
        await visit.PicturesShownAsync();
        // A phone makes its window wider where a page needs it; then the width that was asked for gives it away.
        var width = await visit.Page.EvaluateAsync<int>("() => Math.max(innerWidth, document.documentElement.scrollWidth, document.body.scrollWidth)");
        Assert.True(width <= visit.Page.ViewportSize!.Width, $"{name}: {width} pixels wide in a window of {visit.Page.ViewportSize.Width}.");
        var unnamed = await UnnamedControlsAsync(visit.Page);
        Assert.True(unnamed.Count == 0, $"{name}: controls without a name: {string.Join(", ", unnamed)}");
        var path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png");
        return await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, Animations = ScreenshotAnimations.Disabled });
    }

    /// <summary>Checks the view and that the README has a picture of it, which is taken anew where the environment variable below asks for it.</summary>
    /// <param name="visit">What shows the view.</param>
    /// <param name="file">The picture's name in <c>docs</c>.</param>
    public static async Task CheckReadmeAsync(Visit visit, string file)
    {
        var png = await CheckAsync(visit, "readme-" + Path.GetFileNameWithoutExtension(file));
        Assert.InRange(png.Length, 50_000, 600_000);
        var committed = Path.Combine(Repository.Root, "docs", file);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") await File.WriteAllBytesAsync(committed, png);
        Assert.True(File.Exists(committed), $"{committed} is missing; make it with {UpdateVariable}=1.");
        Assert.Contains($"(docs/{file})", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> UnnamedControlsAsync(IPage page)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        var tree = await devTools.SendAsync("Accessibility.getFullAXTree") ?? throw new InvalidOperationException("Chromium gave no accessibility tree.");
        await devTools.DetachAsync();
        var nodes = tree.GetProperty("nodes").EnumerateArray().Where(static node => !node.GetProperty("ignored").GetBoolean()).ToArray();
        Assert.Contains(nodes, static node => Text(node, "role") == "button");
        return [.. nodes.Where(static node => Controls.Contains(Text(node, "role")) && Text(node, "name").Length == 0).Select(static node => Text(node, "role"))];
    }

    private static string Text(JsonElement node, string property) =>
        node.TryGetProperty(property, out var value) && value.TryGetProperty("value", out var text) ? text.ToString().Trim() : "";
}

/// <summary>Where the tests' sources are.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "VisualSearch.sln"))) return folder;
        }

        throw new DirectoryNotFoundException($"No VisualSearch.sln above '{AppContext.BaseDirectory}'; run the tests from a checkout.");
    }
}
