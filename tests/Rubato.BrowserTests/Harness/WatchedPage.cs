using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Rubato.IntegrationTests.Harness;

namespace Rubato.BrowserTests.Harness;

/// <summary>
/// A page that must not complain: an error in its console, a script that fails, something that its security policy forbids, a request to another host or a dialog is a
/// failed test, found when the page is closed.
/// </summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private WatchedPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>While there is no connection the browser says so in the console, and Blazor's script fails.</summary>
    public bool MayLoseServer { get; set; }

    public static async Task<WatchedPage> OfAsync(IBrowserContext context)
    {
        var watched = new WatchedPage(context, await context.NewPageAsync());
        watched.Watch();
        return watched;
    }

    public ILocator ById(string testId) => Page.GetByTestId(testId);

    /// <summary>Loads an address and waits until the page answers to the person: its frame is there.</summary>
    public async Task GoAsync(Uri server, string address)
    {
        await Page.GotoAsync(new Uri(server, address).ToString());
        await Page.Locator("main").WaitForAsync();
    }

    /// <summary>
    /// Asks until an expression is true. Not Playwright's <c>WaitForFunctionAsync</c>: from the second asking on it evaluates inside the page, which the page's content security
    /// policy forbids.
    /// </summary>
    public Task WaitUntilAsync(string expression) =>
        Within.Get(TimeSpan.FromSeconds(20), () => Page.EvaluateAsync<bool>(expression), so => so, expression);

    /// <summary>Nothing serious for axe, and no scrolling sideways.</summary>
    public async Task IsAccessibleAsync()
    {
        var result = await Page.RunAxe();
        Assert.Equal([], result.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Take(3).Select(n => n.Html))}"));
        Assert.Equal(Page.ViewportSize!.Width, await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));
    }

    private void Watch()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type == "error" && !MayLoseServer) _complaints.Enqueue("console: " + message.Text);
        };
        Page.PageError += (_, error) =>
        {
            if (!MayLoseServer) _complaints.Enqueue("script: " + error);
        };
        Page.Dialog += (_, dialog) =>
        {
            _complaints.Enqueue("dialog: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
        Page.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (address.Scheme is "http" or "https" or "ws" or "wss" && !address.IsLoopback) _complaints.Enqueue("request to " + request.Url);
        };
    }
}
