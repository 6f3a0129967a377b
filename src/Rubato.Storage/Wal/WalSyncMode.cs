namespace Rubato.Storage.Wal;

/// <summary>When an append is durable: <c>storage.trace.wal.sync</c>.</summary>
public readonly record struct WalSyncMode
{
    private WalSyncMode(TimeSpan? interval, bool never)
    {
        Interval = interval;
        IsNever = never;
    }

    /// <summary>Each append waits for an fsync, which it shares with all appends that wait beside it. The default.</summary>
    public static WalSyncMode Always => default;

    /// <summary>Appends wait for the operating system only: they survive the process, not a power cut.</summary>
    public static WalSyncMode Never { get; } = new(interval: null, never: true);

    /// <summary>As <see cref="Never"/>, with an fsync at least this often: a power cut costs at most that much.</summary>
    public static WalSyncMode Every(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        return new WalSyncMode(interval, never: false);
    }

    public TimeSpan? Interval { get; }

    public bool IsNever { get; }

    public bool IsAlways => Interval is null && !IsNever;

    public override string ToString() => IsNever ? "never" : Interval is { } interval ? $"every {interval}" : "always";
}
