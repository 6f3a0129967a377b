namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace</c>: where spans rest.</summary>
internal sealed class TraceStorageOptions
{
    /// <summary>Which store the blocks lie in; each has a section of its own.</summary>
    [OneOf("local", "s3", "gcs", "azure")]
    [NotAvailable("cassandra", "Rubato keeps blocks as objects and has no Cassandra backend (nor has Tempo); use an object store (s3 also for MinIO, Ceph or SeaweedFS), or local on one machine")]
    public string Backend { get; init; } = "local";

    public LocalStorageOptions Local { get; init; } = new();

    public WalOptions Wal { get; init; } = new();

    public BlockOptions Block { get; init; } = new();

    /// <summary>How often the list of blocks is read again.</summary>
    public TimeSpan BlocklistPoll { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Memory for parts of blocks that queries need again: indexes, footers, dictionaries, filters and hot pages.</summary>
    [Bytes]
    [ConfigRange(1 << 20)]
    public long BlockCacheBytes { get; init; } = 64L << 20;

    public PoolOptions Pool { get; init; } = new();

    public S3StorageOptions S3 { get; init; } = new();

    public GcsStorageOptions Gcs { get; init; } = new();

    public AzureStorageOptions Azure { get; init; } = new();
}
