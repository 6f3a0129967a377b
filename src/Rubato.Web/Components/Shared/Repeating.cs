using Rubato.Web.Browser;

namespace Rubato.Web.Components.Shared;

/// <summary>Does something again and again while its page is open and somebody can see it.</summary>
internal sealed class Repeating(BrowserInfo browser, TimeProvider clock, TimeSpan every) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Ends when this is disposed.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (await browser.IsVisibleAsync()) await work();
            }
        }
        catch (Exception e) when (PageObjects.IsPageGone(e))
        {
            // The page is closed.
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
