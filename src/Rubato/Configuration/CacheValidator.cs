using Rubato.Configuration.Options;

namespace Rubato.Configuration;

/// <summary>What the keys of shared caches cannot say one by one.</summary>
internal static class CacheValidator
{
    private const string Older = "storage.trace.cache";
    private const string List = "cache.caches";

    public static void Check(RubatoConfig config, ConfigValues values, Action<string, string> error, Action<string, string> warn)
    {
        CheckList(config, values, error, warn);
        var trace = config.Storage.Trace;
        if (trace.Cache.Length > 0)
        {
            CheckServers(trace.Cache == "redis", trace.Memcached, trace.Redis, "storage.trace.", error, warn);
            if (config.Cache.Caches.Count > 0)
                warn(Older, $"is ignored, since {List} is set too");
        }

        if ((trace.Cache.Length > 0 || config.Cache.Caches.Count > 0) && trace.Backend == "local")
            warn(trace.Cache.Length > 0 ? Older : List, "has no effect with backend local: the disk is faster than a cache behind a network");
    }

    private static void CheckList(RubatoConfig config, ConfigValues values, Action<string, string> error, Action<string, string> warn)
    {
        if (!values.TryGet(List, out var list))
            return;

        var claimed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, named) in ((List<ConfigValues>)list).Index())
        {
            var cache = config.Cache.Caches[i];
            if (named.HasSection("memcached") == named.HasSection("redis"))
                error(List, "each cache must be either memcached or redis");
            else
                CheckServers(cache.IsRedis, cache.Memcached, cache.Redis, $"{List}[{i}].", error, warn);
            foreach (var role in cache.Roles)
            {
                if (!claimed.Add(role))
                    error(List, $"role {role} is claimed twice");
                if (role == "frontend-search")
                    warn(List, "role frontend-search has no effect yet: answers of queries are not cached");
            }
        }
    }

    private static void CheckServers(bool isRedis, MemcachedCacheOptions memcached, RedisOptions redis, string path, Action<string, string> error, Action<string, string> warn)
    {
        var (key, servers, fallback) = isRedis
            ? ($"{path}redis.endpoint", redis.Endpoint, CacheAddresses.RedisPort)
            : ($"{path}memcached.host", string.Join(',', memcached.Host, memcached.Addresses), CacheAddresses.MemcachedPort);
        var addresses = CacheAddresses.Parse(servers, fallback, out var wrong);
        if (wrong is not null)
            error(key, $"'{wrong}' must be host or host:port");
        else if (addresses.Count == 0)
            error(key, isRedis ? "names no server" : "names no server, and neither does addresses");
        if (servers.Contains("dnssrv", StringComparison.Ordinal))
            warn(key, $"SRV records are not read; the addresses of the name are taken, with port {fallback}");
    }
}
