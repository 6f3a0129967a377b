namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// Leaves a dead store alone: open after so many outages in a row, without one answer between them, that lasted a while; then one request at a
/// time tries the store again, until it answers. Safe for concurrent use.
/// </summary>
/// <remarks>
/// In a row, not a share of the last seconds as in Polly's circuit: a store that dies under a busy server has answered a thousand requests within
/// any window, and ten thousand would have to fail before nine of ten had. One answer proves that the store is alive, whatever it says.
/// </remarks>
internal sealed class StoreCircuit(int failures, TimeSpan lasting, TimeSpan breakFor, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _inARow;
    private long _firstOfRow;
    private long _openedAt;
    private bool _isOpen;
    private bool _isProbing;

    /// <summary>What failed when it opened last, in words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether the store may be asked now; then exactly one of the other methods must be called.</summary>
    public bool TryEnter(out bool isProbe)
    {
        lock (_gate)
        {
            isProbe = false;
            if (!_isOpen) return true;
            if (_isProbing || time.GetElapsedTime(_openedAt) < breakFor) return false;
            return isProbe = _isProbing = true;
        }
    }

    /// <summary>The store answered: with yes, no, or that it is busy.</summary>
    /// <returns>Whether that closed the circuit.</returns>
    public bool Answered(bool isProbe)
    {
        lock (_gate)
        {
            // An answer to a request from before the outage is an answer all the same.
            var closed = _isOpen;
            _isOpen = false;
            _inARow = 0;
            if (isProbe) _isProbing = false;
            return closed;
        }
    }

    /// <returns>Whether that opened the circuit.</returns>
    public bool Failed(bool isProbe, string reason)
    {
        lock (_gate)
        {
            if (isProbe)
            {
                _isProbing = false;
                _openedAt = time.GetTimestamp();
            }

            if (_isOpen) return false;
            if (_inARow++ == 0) _firstOfRow = time.GetTimestamp();
            if (_inARow < failures || time.GetElapsedTime(_firstOfRow) < lasting) return false;
            _isOpen = true;
            _openedAt = time.GetTimestamp();
            Reason = reason;
            return true;
        }
    }

    /// <summary>Nobody knows: the caller left before there was an answer. A probe that proved nothing is not repeated at once.</summary>
    public void Left(bool isProbe)
    {
        if (!isProbe) return;
        lock (_gate)
        {
            _isProbing = false;
            _openedAt = time.GetTimestamp();
        }
    }
}
