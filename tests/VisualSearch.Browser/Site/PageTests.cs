using Microsoft.Playwright;

namespace VisualSearch.Browser.Site;

/// <summary>Tests of the page. Every visit ends with the check that nothing left the server, broke the policy or failed in the console.</summary>
[Collection("site")]
public abstract class PageTests(SiteFixture site) : IAsyncLifetime
{
    private readonly List<Visit> _visits = [];

    /// <summary>The site.</summary>
    protected SiteFixture Site => site;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var visit in _visits) await visit.EndAsync();
    }

    /// <summary>Begins a visit without opening anything.</summary>
    protected async Task<Visit> VisitAsync(ViewportSize? size = null, bool dark = false)
    {
        var visit = await Visit.BeginAsync(site, size ?? Visit.Desktop, dark);
        _visits.Add(visit);
        return visit;
    }

    /// <summary>Begins a visit at an address relative to the page's start.</summary>
    protected async Task<Visit> OpenAsync(string address = "")
    {
        var visit = await VisitAsync();
        await visit.OpenAsync(address);
        return visit;
    }

    /// <summary>Waits for something and fails if it does not come.</summary>
    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <inheritdoc cref="Expect(ILocator)"/>
    protected static IPageAssertions Expect(IPage page) => Assertions.Expect(page);
}
