namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// Sends a read again while the first waits; the first answer wins. Returns only when every other copy has stopped, so that
/// none writes into a buffer that the caller has back.
/// </summary>
internal sealed class Hedge(TimeSpan at, int upTo, TimeProvider time)
{
    public bool IsOn => at > TimeSpan.Zero && upTo > 1;

    /// <param name="request">Called with 0 for the first copy, 1 for the next, ...</param>
    public async Task<T> RunAsync<T>(Func<int, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<T>> { request(0, stop.Token) };
        var sent = 1;
        try
        {
            while (true)
            {
                if (await NextAsync(running, sent < upTo, stop.Token) is not { } done)
                {
                    StoreMetrics.HedgedRoundtrips.Inc();
                    running.Add(request(sent++, stop.Token));
                    continue;
                }

                running.Remove(done);
                // Absence is an answer; any other failure may be this copy's own bad luck.
                if (done.IsCompletedSuccessfully || running.Count == 0 || done.Exception?.InnerException is ObjectNotFoundException or EndOfStreamException)
                    return await done;
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var other in running)
                await other.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>The copy that ended, or null when it is time for another one.</summary>
    private async Task<Task<T>?> NextAsync<T>(List<Task<T>> running, bool mayAdd, CancellationToken cancellationToken)
    {
        if (!mayAdd)
            return await Task.WhenAny(running);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(at, time, wait.Token);
        var first = await Task.WhenAny([.. running, timer]);
        await wait.CancelAsync();
        return first == timer && !timer.IsCanceled ? null : first as Task<T> ?? await Task.WhenAny(running);
    }
}
