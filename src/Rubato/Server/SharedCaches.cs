using Rubato.Configuration;
using Rubato.Configuration.Options;
using Rubato.Storage;
using Rubato.Storage.Caching;
using Rubato.Storage.Caching.Memcached;
using Rubato.Storage.Caching.Redis;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Server;

/// <summary>The shared caches of a configuration, by what they keep.</summary>
internal sealed class SharedCaches : IAsyncDisposable
{
    private readonly Dictionary<CacheRole, SharedCache> _byRole = [];
    private readonly List<SharedCache> _all = [];

    public IReadOnlyDictionary<CacheRole, SharedCache> ByRole => _byRole;

    /// <summary>Connects to nothing yet: a cache that is away must not keep a server from starting.</summary>
    /// <exception cref="StartException">A TLS key of memcached that cannot be used; says which.</exception>
    public static SharedCaches Create(RubatoConfig config, TimeProvider time, ILoggerFactory loggers)
    {
        var caches = new SharedCaches();
        var trace = config.Storage.Trace;
        if (trace.Backend == "local")
            return caches;
        var logger = loggers.CreateLogger<SharedCache>();
        foreach (var entry in config.Cache.Caches)
            caches.Add(entry.Roles, entry.IsRedis, entry.Memcached, entry.Redis, config.Cache.Background, time, logger);
        if (config.Cache.Caches.Count == 0 && trace.Cache.Length > 0)
            caches.Add(["trace-id-index", "parquet-footer"], trace.Cache == "redis", trace.Memcached, trace.Redis, trace.BackgroundCache, time, logger);
        return caches;
    }

    /// <summary>The store with the caches before it; the store itself where there are none.</summary>
    public IObjectStore Before(IObjectStore store) => _byRole.Count == 0 ? store : new CachedObjectStore(store, _byRole);

    /// <summary>For who reads each block once, whole, and writes blocks: only new indexes go into the caches.</summary>
    public IObjectStore BeforeMerges(IObjectStore store) =>
        _byRole.TryGetValue(CacheRole.Index, out var cache) ? new CachedObjectStore(store, new Dictionary<CacheRole, SharedCache> { [CacheRole.Index] = cache }) : store;

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _all)
            await cache.DisposeAsync();
        _all.Clear();
    }

    private void Add(
        IReadOnlyList<string> roles, bool isRedis, MemcachedCacheOptions memcached, RedisOptions redis, BackgroundCacheOptions background, TimeProvider time, ILogger logger)
    {
        // The role of our own that a name stands for, and which name decides where two stand for one.
        var own = roles.Select(RoleOf).OfType<(CacheRole Role, bool Decides)>().ToList();
        if (own.Count == 0)
            return;
        var name = string.Join('_', own.Select(role => role.Role.ToString().ToLowerInvariant()).Distinct());
        var cache = new SharedCache(
            Client(isRedis, memcached, redis, name, time, logger),
            new SharedCacheOptions
            {
                Name = name,
                MaxItemBytes = isRedis ? 0 : memcached.MaxItemSize,
                Writers = background.WritebackGoroutines,
                WriteBufferItems = background.WritebackBuffer,
            },
            logger);
        _all.Add(cache);
        foreach (var (role, decides) in own)
        {
            if (decides || !_byRole.ContainsKey(role))
                _byRole[role] = cache;
        }
    }

    private static ICacheClient Client(bool isRedis, MemcachedCacheOptions memcached, RedisOptions redis, string name, TimeProvider time, ILogger logger)
    {
        if (isRedis)
            return new RedisCacheClient(Redis(redis, name), time, logger);
        try
        {
            return new MemcachedClient(Memcached(memcached, name), time, logger);
        }
        catch (ArgumentException e)
        {
            throw new StartException($"memcached: {e.Message}", e);
        }
    }

    private static (CacheRole Role, bool Decides)? RoleOf(string name) => name switch
    {
        "trace-id-index" => (CacheRole.Index, true),
        "bloom" => (CacheRole.Index, false),
        "parquet-footer" => (CacheRole.Footer, true),
        "parquet-column-idx" or "parquet-offset-idx" => (CacheRole.Footer, false),
        "parquet-page" => (CacheRole.Page, true),
        _ => null,
    };

    private static MemcachedOptions Memcached(MemcachedCacheOptions options, string name) => new()
    {
        Name = name,
        Servers = CacheAddresses.Parse(string.Join(',', options.Host, options.Addresses), CacheAddresses.MemcachedPort, out _),
        Timeout = Positive(options.Timeout),
        MaxIdleConnections = options.MaxIdleConns,
        UpdateInterval = options.UpdateInterval,
        ConsistentHash = options.ConsistentHash,
        TimeToLive = options.Ttl,
        Tls = options.TlsEnabled ? Tls(options) : null,
        Circuit = new OutageCircuitOptions(options.CircuitBreakerConsecutiveFailures, options.CircuitBreakerTimeout) { Interval = options.CircuitBreakerInterval },
    };

    private static StoreTlsOptions Tls(MemcachedCacheOptions options) => new()
    {
        CertPath = options.TlsCertPath,
        KeyPath = options.TlsKeyPath,
        CaPath = options.TlsCaPath,
        ServerName = options.TlsServerName,
        CipherSuites = options.TlsCipherSuites,
        InsecureSkipVerify = options.TlsInsecureSkipVerify,
        MinVersion = options.TlsMinVersion,
    };

    private static RedisCacheOptions Redis(RedisOptions options, string name) => new()
    {
        Name = name,
        Endpoints = CacheAddresses.Parse(options.Endpoint, CacheAddresses.RedisPort, out _),
        MasterName = options.MasterName,
        Timeout = Positive(options.Timeout),
        Expiration = options.Expiration > TimeSpan.Zero ? options.Expiration : options.Ttl,
        Database = options.Db,
        User = options.Username,
        Password = options.Password,
        SentinelUser = options.SentinelUsername,
        SentinelPassword = options.SentinelPassword,
        UseTls = options.TlsEnabled,
        SkipCertificateCheck = options.TlsInsecureSkipVerify,
    };

    /// <summary>0 is Go's way to say nothing.</summary>
    private static TimeSpan Positive(TimeSpan timeout) => timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(100);
}
