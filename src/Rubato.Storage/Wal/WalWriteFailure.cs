namespace Rubato.Storage.Wal;

public enum WalWriteFailure
{
    /// <summary>No space left on the device (or quota).</summary>
    DiskFull,

    /// <summary>Any other error of the file system, a failed fsync included.</summary>
    Disk,

    /// <summary><see cref="WalOptions.MaxQueuedBytes"/> is reached.</summary>
    Overloaded,

    /// <summary><see cref="WalOptions.MaxRecordBytes"/> is passed.</summary>
    RecordTooLarge,

    /// <summary>The server is stopping.</summary>
    Closed,
}
