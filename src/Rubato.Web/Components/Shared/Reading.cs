using Rubato.Client;

namespace Rubato.Web.Components.Shared;

/// <summary>
/// What a page asks the server, one thing at a time: a new question ends the one before, a failure is kept for the page to show. Used on the page's own thread only.
/// </summary>
internal sealed class Reading(Action changed) : IDisposable
{
    private CancellationTokenSource? _current;

    public bool IsRunning => _current is not null;

    public Exception? Error { get; private set; }

    public async Task RunAsync(Func<CancellationToken, Task> read)
    {
        _current?.Cancel();
        using var mine = _current = new CancellationTokenSource();
        changed();
        Exception? error = null;
        try
        {
            await read(mine.Token);
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            // Something else is looked at by now, or nothing.
        }
        catch (Exception e) when (e is RubatoClientException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            error = e;
        }

        if (_current != mine) return;
        (_current, Error) = (null, error);
        changed();
    }

    public void Dispose()
    {
        _current?.Cancel();
        _current = null;
    }
}
