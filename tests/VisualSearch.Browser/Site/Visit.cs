using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace VisualSearch.Browser.Site;

/// <summary>One person's visit: a fresh profile, one tab, and a record of all that must not happen in it.</summary>
public sealed class Visit
{
    /// <summary>A desktop window.</summary>
    public static readonly ViewportSize Desktop = new() { Width = 1280, Height = 800 };

    /// <summary>A phone's screen.</summary>
    public static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly SiteFixture _site;
    private readonly IBrowserContext _context;
    private bool _refusalExpected;

    private Visit(SiteFixture site, IBrowserContext context, IPage page)
    {
        _site = site;
        _context = context;
        Page = page;
    }

    /// <summary>The tab.</summary>
    public IPage Page { get; }

    /// <summary>The cards of the grid.</summary>
    public ILocator Cards => At("result-card");

    /// <summary>Begins a visit that watches requests, console and policy violations; nothing is opened yet.</summary>
    public static async Task<Visit> BeginAsync(SiteFixture site, ViewportSize size, bool dark = false)
    {
        var isPhone = size.Width < 720;
        var context = await site.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = size,
            BaseURL = site.Address,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = isPhone,
            IsMobile = isPhone,
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(30_000);
        await context.AddInitScriptAsync(SentSearch.Telling);
        await context.AddInitScriptAsync("addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));");
        var visit = new Visit(site, context, await context.NewPageAsync());
        visit.Watch();
        return visit;
    }

    /// <summary>The element that the page marks with a test id.</summary>
    public ILocator At(string testId) => Page.GetByTestId(testId);

    /// <summary>Opens an address of the page, relative to its start.</summary>
    public Task OpenAsync(string address = "") => Page.GotoAsync(address);

    /// <summary>Does something that searches, and waits until the grid shows the answer.</summary>
    public async Task<SentSearch> SearchAsync(Func<Task> action)
    {
        var response = await Page.RunAndWaitForResponseAsync(action, static response => SentSearch.IsSearch(response.Request));
        var search = await SentSearch.ReadAsync(response);
        if (search["offset"] is null or "0" && search.Results.Count > 0)
        {
            await Assertions.Expect(Cards.First).ToHaveAttributeAsync("data-id", search.Ids.First());
            await Assertions.Expect(At("result-summary")).ToContainTextAsync(new System.Text.RegularExpressions.Regex("picture|result"));
        }

        return search;
    }

    /// <summary>Opens an address that searches.</summary>
    public Task<SentSearch> SearchAtAsync(string address) => SearchAsync(() => OpenAsync(address));

    /// <summary>Types words and presses Enter.</summary>
    public Task<SentSearch> SearchWordsAsync(string words) => SearchAsync(async () =>
    {
        await At("search-input").FillAsync(words);
        await At("search-input").PressAsync("Enter");
    });

    /// <summary>Drops a file onto the page, as a file manager would.</summary>
    public Task DropAsync(byte[] content, string name, string type) => DragAsync(content, name, type, "dragenter", "dragover", "drop");

    /// <summary>Drops a sample picture.</summary>
    public Task DropAsync(SamplePicture picture) => DropAsync(File.ReadAllBytes(picture.File), picture.Name, TypeOf(picture.Name));

    /// <summary>Drags a sample picture over the page and holds it there.</summary>
    public Task DragOverAsync(SamplePicture picture) => DragAsync(File.ReadAllBytes(picture.File), picture.Name, TypeOf(picture.Name), "dragenter", "dragover");

    /// <summary>Pastes a file, as after "copy picture" elsewhere.</summary>
    public async Task PasteAsync(SamplePicture picture)
    {
        var files = await FilesAsync(File.ReadAllBytes(picture.File), picture.Name, TypeOf(picture.Name));
        await Page.EvaluateAsync("(files) => document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true }))", files);
    }

    /// <summary>Waits until all pictures that are in sight are drawn.</summary>
    public Task PicturesShownAsync() => Page.WaitForFunctionAsync(
        """
        () => [...document.images].every((image) => {
          const box = image.getBoundingClientRect();
          const away = box.width === 0 || box.bottom < 0 || box.top > innerHeight;
          return away || (image.complete && image.naturalWidth > 0);
        })
        """);

    /// <summary>The one refused request that this visit is about may stand in the browser's console.</summary>
    public void ExpectRefusal() => _refusalExpected = true;

    /// <summary>Ends the visit; fails if it had any fault.</summary>
    public async Task EndAsync()
    {
        await _context.CloseAsync();
        Assert.True(_faults.IsEmpty, "The browser reports:\n" + string.Join('\n', _faults));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".webp" => "image/webp",
        ".png" => "image/png",
        _ => "image/jpeg",
    };

    private async Task DragAsync(byte[] content, string name, string type, params string[] steps)
    {
        var files = await FilesAsync(content, name, type);
        foreach (var step in steps) await Page.DispatchEventAsync("#main", step, new { dataTransfer = files });
    }

    private Task<IJSHandle> FilesAsync(byte[] content, string name, string type) => Page.EvaluateHandleAsync(
        """
        ({ content, name, type }) => {
          const files = new DataTransfer();
          files.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name, { type }));
          return files;
        }
        """,
        new { content = Convert.ToBase64String(content), name, type });

    private void Watch()
    {
        Page.Request += (_, request) =>
        {
            var stays = request.Url.StartsWith(_site.Address, StringComparison.Ordinal)
                || request.Url.StartsWith("blob:" + _site.Address, StringComparison.Ordinal)
                || request.Url.StartsWith("data:", StringComparison.Ordinal);
            if (!stays) _faults.Enqueue($"request to elsewhere: {request.Url}");
        };
        // The page itself gives up requests whose answers nobody waits for any more.
        Page.RequestFailed += (_, request) =>
        {
            if (request.Failure != "net::ERR_ABORTED") _faults.Enqueue($"failed request: {request.Url}: {request.Failure}");
        };
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400 && !_refusalExpected) _faults.Enqueue($"{response.Status}: {response.Request.Method} {response.Url}");
        };
        Page.PageError += (_, error) => _faults.Enqueue($"uncaught: {error}");
        Page.Console += (_, message) =>
        {
            if (message.Type is not ("error" or "warning")) return;
            if (_refusalExpected && message.Text.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal)) return;
            _faults.Enqueue($"console {message.Type}: {message.Text} ({message.Location})");
        };
    }
}
