using Microsoft.Playwright;

namespace VisualSearch.Browser.Site;

/// <summary>The system's own Chromium: Playwright's would be a download of hundreds of megabytes.</summary>
internal static class Chromium
{
    /// <summary>Environment variable that names another Chromium or Chrome.</summary>
    private const string Variable = "VSEARCH_CHROMIUM";

    private static readonly string[] UsualPlaces =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    // No sandbox: containers and CI run as root, where it can't start. The rest keeps Chromium from asking its maker for anything.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>Starts it without a window and with a new, empty profile.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Find(),
        Headless = true,
        Args = Arguments,
        Timeout = 60_000,
    });

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"{Variable} names '{named}', which does not exist.");
        }

        return UsualPlaces.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"No Chromium in {string.Join(", ", UsualPlaces)}. Install it (Debian: apt-get install chromium), or name one in {Variable}.");
    }
}
