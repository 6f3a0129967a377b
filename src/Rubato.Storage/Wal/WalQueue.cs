namespace Rubato.Storage.Wal;

/// <summary>
/// Between many callers and the one writer thread: the writer takes all that waits at once, and what comes while it
/// writes and syncs is the next group. Bounded by bytes, those being written included.
/// </summary>
internal sealed class WalQueue(long maxBytes)
{
    // Monitor and not Lock: the writer waits on it.
    private readonly object _gate = new();
    private List<WalRequest> _waiting = [];
    private long _bytes;
    private bool _tick;
    private bool _closed;

    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _closed;
        }
    }

    /// <returns>False when it is closed, or when the bytes are too many. An empty queue takes a request of any size.</returns>
    public bool TryAdd(WalRequest request)
    {
        lock (_gate)
        {
            if (_closed || (request.FrameBytes > 0 && _bytes > 0 && _bytes + request.FrameBytes > maxBytes))
                return false;
            _bytes += request.FrameBytes;
            _waiting.Add(request);
            if (_waiting.Count == 1)
                Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Wakes the writer without a request: the sync interval has passed.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            _tick = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Nothing more goes in; what is in comes out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for work and swaps lists, so that neither side ever copies. Runs on the writer thread only.</summary>
    /// <returns>False when it is closed and empty.</returns>
    public bool Take(ref List<WalRequest> batch, out bool tick)
    {
        batch.Clear();
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_tick && !_closed)
                Monitor.Wait(_gate);

            (batch, _waiting) = (_waiting, batch);
            tick = _tick;
            _tick = false;
            return batch.Count > 0 || tick || !_closed;
        }
    }

    public void Release(long bytes)
    {
        lock (_gate)
            _bytes -= bytes;
    }
}
