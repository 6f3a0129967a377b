namespace Rubato.Ingest.Ingester;

/// <summary>
/// Knows which requests are between the WAL and memory. Two counters that take turns: a drain switches new requests to the
/// other one and waits until the old one is empty, so that a steady stream of requests cannot hold it up for ever.
/// </summary>
internal sealed class PushGate
{
    private readonly long[] _underWay = new long[2];
    private readonly SemaphoreSlim _oneDrain = new(1, 1);
    private int _turn;
    private long _highest;

    public long HighestSequence => Interlocked.Read(ref _highest);

    public int Enter()
    {
        while (true)
        {
            var turn = Volatile.Read(ref _turn);
            Interlocked.Increment(ref _underWay[turn]);
            // A drain may have switched between the two lines above; then this ticket would not be waited for.
            if (Volatile.Read(ref _turn) == turn) return turn;
            Interlocked.Decrement(ref _underWay[turn]);
        }
    }

    public void Exit(int ticket) => Interlocked.Decrement(ref _underWay[ticket]);

    public void SawSequence(long sequence)
    {
        var seen = Interlocked.Read(ref _highest);
        while (sequence > seen)
        {
            var before = Interlocked.CompareExchange(ref _highest, sequence, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    /// <summary>Ends when every request that had entered before the call has left.</summary>
    public async Task DrainAsync(TimeProvider time)
    {
        await _oneDrain.WaitAsync();
        try
        {
            var old = Volatile.Read(ref _turn);
            Volatile.Write(ref _turn, 1 - old);
            while (Interlocked.Read(ref _underWay[old]) > 0) await Task.Delay(TimeSpan.FromMilliseconds(2), time);
        }
        finally
        {
            _oneDrain.Release();
        }
    }
}
