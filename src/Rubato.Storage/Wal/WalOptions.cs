namespace Rubato.Storage.Wal;

public sealed record WalOptions
{
    /// <summary>The folder, created when missing. <c>storage.trace.wal.path</c>.</summary>
    public required string Path { get; init; }

    /// <summary><c>storage.trace.wal.sync</c>.</summary>
    public WalSyncMode Sync { get; init; } = WalSyncMode.Always;

    /// <summary><c>storage.trace.wal.encoding</c>. A payload that does not shrink is stored as it is.</summary>
    public WalEncoding Encoding { get; init; } = WalEncoding.Snappy;

    /// <summary>A new segment begins when the next write would pass this size. Smaller: space returns sooner; larger: fewer files.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>The largest payload, before compression. Above it an append is refused and is not worth retrying.</summary>
    public int MaxRecordBytes { get; init; } = 128 << 20;

    /// <summary>Frames that wait for the disk. Above it appends are refused (retryable): the disk is slower than the senders.</summary>
    public long MaxQueuedBytes { get; init; } = 64L << 20;
}
