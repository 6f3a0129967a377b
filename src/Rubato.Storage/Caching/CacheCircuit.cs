namespace Rubato.Storage.Caching;

/// <param name="Failures">So many in a row open it; 0: it never opens.</param>
/// <param name="Open">How long nobody is let through; then one call is, and decides.</param>
/// <param name="Interval">Failures further apart are not in a row; zero: they always are.</param>
public sealed record CacheCircuitOptions(int Failures, TimeSpan Open, TimeSpan Interval)
{
    public static CacheCircuitOptions Default { get; } = new(10, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
}

/// <summary>
/// Keeps calls away from a server that does not answer, so that a dead cache costs each query nothing instead of a timeout for each read.
/// <code>closed ── failures in a row ──► open ── its time is over ──► half-open: one call ── succeeds ──► closed, fails ──► open</code>
/// </summary>
internal sealed class CacheCircuit(CacheCircuitOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _failures;
    private long _lastFailure;
    private long? _openedAt;
    private bool _isProbing;

    public bool IsOpen
    {
        get
        {
            lock (_gate) return _openedAt is not null;
        }
    }

    /// <summary>False: leave it alone. True: one of <see cref="Succeeded"/>, <see cref="Failed"/> and <see cref="Left"/> must follow.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_openedAt is not { } opened)
                return true;
            if (_isProbing || time.GetElapsedTime(opened) < options.Open)
                return false;
            return _isProbing = true;
        }
    }

    public void Succeeded()
    {
        lock (_gate)
        {
            (_failures, _openedAt, _isProbing) = (0, null, false);
        }
    }

    /// <returns>Whether this failure opened it.</returns>
    public bool Failed()
    {
        lock (_gate)
        {
            if (options.Interval > TimeSpan.Zero && _failures > 0 && time.GetElapsedTime(_lastFailure) > options.Interval && _openedAt is null)
                _failures = 0;
            _lastFailure = time.GetTimestamp();
            _failures++;
            if (_openedAt is null ? options.Failures <= 0 || _failures < options.Failures : !_isProbing)
                return false;
            var isNew = _openedAt is null;
            (_openedAt, _isProbing) = (time.GetTimestamp(), false);
            return isNew;
        }
    }

    /// <summary>The call ended without saying anything about the server: its caller went away.</summary>
    public void Left()
    {
        lock (_gate)
            _isProbing = false;
    }
}
