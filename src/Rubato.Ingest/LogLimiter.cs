namespace Rubato.Ingest;

/// <summary>Lets one in a period through: for messages that a sender can cause as often as it likes. Safe for concurrent use.</summary>
public sealed class LogLimiter(TimeSpan period, TimeProvider time)
{
    private long _last;

    public bool TryPass()
    {
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _last);
        return (last == 0 || time.GetElapsedTime(last, now) >= period) && Interlocked.CompareExchange(ref _last, Math.Max(1, now), last) == last;
    }
}
