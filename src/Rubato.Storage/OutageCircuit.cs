namespace Rubato.Storage;

/// <summary>
/// Leaves a dead server alone: open after so many outages in a row, without one answer between them, that lasted a while; then one call at a
/// time tries it again, until it answers. Safe for concurrent use.
/// <code>closed ── failures in a row ──► open ── its time is over ──► one call ── is answered ──► closed, fails ──► open</code>
/// </summary>
/// <remarks>
/// In a row, not a share of the last seconds as in Polly's circuit: a store that dies under a busy server has answered a thousand requests within
/// any window, and ten thousand would have to fail before nine of ten had. One answer proves that the server is alive, whatever it says.
/// </remarks>
internal sealed class OutageCircuit(OutageCircuitOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _inARow;
    private long _firstOfRow;
    private long _lastFailure;
    private long _openedAt;
    private bool _isOpen;
    private bool _isProbing;

    /// <summary>What failed when it opened last, in words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether the server may be asked now; then exactly one of the other methods must be called.</summary>
    public bool TryEnter(out bool isProbe)
    {
        lock (_gate)
        {
            isProbe = false;
            if (!_isOpen) return true;
            if (_isProbing || time.GetElapsedTime(_openedAt) < options.Break) return false;
            return isProbe = _isProbing = true;
        }
    }

    /// <summary>The server answered: with yes, no, or that it is busy.</summary>
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
            if (options.Interval > TimeSpan.Zero && _inARow > 0 && time.GetElapsedTime(_lastFailure) > options.Interval) _inARow = 0;
            _lastFailure = time.GetTimestamp();
            if (_inARow++ == 0) _firstOfRow = _lastFailure;
            if (options.Failures <= 0 || _inARow < options.Failures || time.GetElapsedTime(_firstOfRow) < options.Lasting) return false;
            _isOpen = true;
            _openedAt = _lastFailure;
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
