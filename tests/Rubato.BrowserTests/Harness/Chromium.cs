using Microsoft.Playwright;
using Rubato.IntegrationTests.Harness;

[assembly: AssemblyFixture(typeof(Rubato.BrowserTests.Harness.Chromium))]

namespace Rubato.BrowserTests.Harness;

/// <summary>One Chromium for the whole run; each test has a context of its own, so nothing is left from one to the next.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Path() is not { } path) return;
        // On a busy machine a server's first answers take seconds.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="scheme">What the system prefers.</param>
    /// <param name="login">What the person answers when the browser asks for a name and a password.</param>
    internal async Task<WatchedPage> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, HttpCredentials? login = null)
    {
        Requires.That(_browser is not null, "Chromium is not installed (Debian's package chromium)");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            ColorScheme = scheme,
            TimezoneId = "Europe/Berlin",
            HttpCredentials = login,
        });
        context.SetDefaultTimeout(20_000);
        return await WatchedPage.OfAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Path() => Array.Find(Places, File.Exists);
}
