namespace Rubato.Configuration.Options;

/// <summary>An element of <c>cache.caches</c>: either memcached or redis.</summary>
internal sealed class CacheEntryOptions
{
    /// <summary>What it keeps; a role may be claimed once.</summary>
    [OneOf("bloom", "trace-id-index", "parquet-footer", "parquet-column-idx", "parquet-offset-idx", "parquet-page", "frontend-search")]
    public IReadOnlyList<string> Roles { get; init; } = [];

    public MemcachedCacheOptions Memcached { get; init; } = new();

    public RedisOptions Redis { get; init; } = new();

    /// <summary>Which of the two is named.</summary>
    [NotAKey]
    public bool IsRedis { get; set; }
}
