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

    /// <summary>Descriptions of a tenant's new blocks that are read at once; 0 means 50.</summary>
    [ConfigRange(0, 10_000)]
    public int BlocklistPollConcurrency { get; init; } = 50;

    /// <summary>Tenants looked at at once; 0 means 1.</summary>
    [ConfigRange(0, 10_000)]
    public int BlocklistPollTenantConcurrency { get; init; } = 1;

    /// <summary>Read descriptions one by one where the tenant index cannot be used; without it that is an error, and the list stays as it was.</summary>
    public bool BlocklistPollFallback { get; init; } = true;

    /// <summary>0: tenant indexes are neither written nor read. Any other number: this process does both.</summary>
    [ConfigRange(0)]
    public int BlocklistPollTenantIndexBuilders { get; init; } = 2;

    /// <summary>An older tenant index is not used; 0 uses any: it saves reading what never changes, and which blocks there are says the listing.</summary>
    public TimeSpan BlocklistPollStaleTenantIndex { get; init; }

    /// <summary>Each description waits up to so many milliseconds before it is read.</summary>
    [ConfigRange(0)]
    public int BlocklistPollJitterMs { get; init; }

    /// <summary>So many more tries within a poll for a tenant that cannot be listed.</summary>
    [ConfigRange(0)]
    public int BlocklistPollTolerateConsecutiveErrors { get; init; } = 1;

    /// <summary>When more tenants than these fail, the poll ends; those not looked at keep their list until the next.</summary>
    [ConfigRange(0)]
    public int BlocklistPollTolerateTenantFailures { get; init; } = 1;

    public PoolOptions Pool { get; init; } = new();

    public S3StorageOptions S3 { get; init; } = new();

    public GcsStorageOptions Gcs { get; init; } = new();

    public AzureStorageOptions Azure { get; init; } = new();

    /// <summary>An older way to name a shared cache; it keeps each block's index and footer.</summary>
    [OneOf("", "memcached", "redis")]
    [Prefer("cache.caches")]
    public string Cache { get; init; } = "";

    public MemcachedCacheOptions Memcached { get; init; } = new();

    public RedisOptions Redis { get; init; } = new();

    public BackgroundCacheOptions BackgroundCache { get; init; } = new();
}
