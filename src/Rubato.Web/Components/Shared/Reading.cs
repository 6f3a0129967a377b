using Rubato.Client;

namespace Rubato.Web.Components.Shared;

/// <summary>
/// What a page asks the server, one thing at a time: a new question ends the one before, a failure is kept for the page to show. Once the page is left nothing is asked any
/// more. Used on the page's own thread only.
/// </summary>
internal sealed class Reading(Action changed) : IDisposable
{
    private CancellationTokenSource? _current;
    private bool _isLeft;

    public bool IsRunning => _current is not null;

    public Exception? Error { get; private set; }

    public async Task RunAsync(Func<CancellationToken, Task> read)
    {
        if (_isLeft) return;
        _current?.Cancel();
        using var mine = _current = new CancellationTokenSource();
        changed();
        Exception? error = null;
        try
        {
            await read(mine.Token);
        }
        catch (Exception e) when (mine.IsCancellationRequested && PageObjects.IsPageGone(e))
        {
            // Something else is looked at by now, or nothing: then the client may be gone as well.
        }
        catch (Exception e) when (e is RubatoClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            error = e;
        }

        if (_current != mine) return;
        (_current, Error) = (null, error);
        changed();
    }

    /// <summary>Ends what is being read and forgets what failed before.</summary>
    public void Stop()
    {
        _current?.Cancel();
        (_current, Error) = (null, null);
        changed();
    }

    public void Dispose()
    {
        _isLeft = true;
        _current?.Cancel();
        _current = null;
    }
}
