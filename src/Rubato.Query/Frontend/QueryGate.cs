using System.Collections.Concurrent;
using Rubato.Query.Api;

namespace Rubato.Query.Frontend;

/// <summary>Bounds the queries that run at once; a bounded number for each tenant may wait, more are refused with 429.</summary>
internal sealed class QueryGate(int maxConcurrent, int maxWaitingPerTenant) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(Math.Max(1, maxConcurrent), Math.Max(1, maxConcurrent));
    private readonly ConcurrentDictionary<string, StrongBox> _waiting = new(StringComparer.Ordinal);

    /// <summary>Waits for a slot; disposing the answer gives it back.</summary>
    public async ValueTask<IDisposable> EnterAsync(string tenant, CancellationToken cancellationToken)
    {
        if (await _slots.WaitAsync(0, CancellationToken.None)) return new Slot(_slots);
        var waiting = _waiting.GetOrAdd(tenant, static _ => new StrongBox());
        try
        {
            if (Interlocked.Increment(ref waiting.Count) > maxWaitingPerTenant)
            {
                QueryMetrics.Discarded.WithLabels(tenant).Inc();
                throw new ApiException(429, "job queue full");
            }

            QueryMetrics.QueueLength.WithLabels(tenant).Set(waiting.Count);
            await _slots.WaitAsync(cancellationToken);
            return new Slot(_slots);
        }
        finally
        {
            QueryMetrics.QueueLength.WithLabels(tenant).Set(Interlocked.Decrement(ref waiting.Count));
        }
    }

    public void Dispose() => _slots.Dispose();

    private sealed class StrongBox
    {
        public int Count;
    }

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        private SemaphoreSlim? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Release();
    }
}
