using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.ObjectStores;

namespace Rubato.IntegrationTests.Caching;

/// <summary>The whole server with real caches before a store of somebody else: they answer for the store, and nobody misses them when they die.</summary>
public sealed class CachedServerTests(StoreServers servers)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Roles_of_the_cache_section_are_served_from_their_caches_and_missed_by_nobody()
    {
        await using var memcached = await CacheServer.MemcachedAsync();
        await using var redis = await CacheServer.RedisAsync();
        var settings = new RubatoSettings().With(
            "cache.caches",
            $"[{{roles: [trace-id-index, parquet-footer], memcached: {{host: \"{memcached.Address}\", timeout: 5s}}}}, {{roles: [parquet-page], redis: {{endpoint: \"{redis.Address}\", timeout: 5s}}}}]");
        await CheckAsync(settings, [memcached, redis], ["index", "footer", "page"], sets: "method=\"RedisCache.Set\",status_code=\"200\"", "tempo_rediscache_request_duration_seconds_count");
    }

    [Fact]
    public async Task The_guides_keys_keep_indexes_and_footers_in_memcached()
    {
        await using var memcached = await CacheServer.MemcachedAsync();
        var settings = new RubatoSettings()
            .With("storage.trace.cache", "memcached")
            .With("storage.trace.memcached.host", $"\"{memcached.Address}\"")
            .With("storage.trace.memcached.timeout", "5s")
            .With("storage.trace.memcached.max_idle_conns", "100")
            .With("storage.trace.memcached.max_item_size", "5242880")
            .With("storage.trace.background_cache.writeback_goroutines", "10")
            .With("storage.trace.background_cache.writeback_buffer", "10000");
        await CheckAsync(settings, [memcached], ["index", "footer"], sets: "method=\"Memcache.Set\",status_code=\"200\"", "tempo_memcache_request_duration_seconds_count");
    }

    [Fact]
    public async Task The_older_keys_take_redis_too()
    {
        await using var redis = await CacheServer.RedisAsync("--requirepass", "open-sesame-4711");
        var settings = new RubatoSettings()
            .With("storage.trace.cache", "redis")
            .With("storage.trace.redis.endpoint", $"\"{redis.Address}\"")
            .With("storage.trace.redis.timeout", "5s")
            .With("storage.trace.redis.password", "open-sesame-4711");
        await CheckAsync(settings, [redis], ["index", "footer"], sets: "method=\"RedisCache.Set\",status_code=\"200\"", "tempo_rediscache_request_duration_seconds_count");
    }

    private async Task CheckAsync(RubatoSettings settings, CacheServer[] caches, string[] roles, string sets, string times)
    {
        var remote = await RemoteStoreUnderTest.CreateAsync(servers, "azure");
        await using var server = await RubatoProcess.StartAsync(remote.Configure(settings));
        var ids = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            ids.Add(Make.TraceId());
            await server.Otlp.SendAsync(Make.Span(ids[^1], 1), Make.Span(ids[^1], 2, parent: 1));
            await server.Api.FlushAsync();
        }

        await AssertAllFoundAsync(server, ids);
        await Within.Get(s_limit, () => server.Api.MetricAsync(times, sets), count => count >= 2, "values are stored behind the queries");
        await Within.Get(s_limit, () => server.Api.MetricAsync("tempo_cache_background_queue_length"), count => count == 0, "no value waits to be stored");

        // A process that knows nothing yet has it from the caches.
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await AssertAllFoundAsync(server, ids);
        foreach (var role in roles)
            Assert.True(await server.Api.MetricAsync("rubato_shared_cache_lookups_total", $"role=\"{role}\",result=\"hit\"") > 0, $"no hit for {role}");

        // Dead under a running server, and dead from the start.
        foreach (var cache in caches)
            await cache.KillAsync();
        ids.Add(Make.TraceId());
        await server.Otlp.SendAsync(Make.Span(ids[^1], 1), Make.Span(ids[^1], 2, parent: 1));
        await server.Api.FlushAsync();
        await AssertAllFoundAsync(server, ids);
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await AssertAllFoundAsync(server, ids);
        Assert.Equal(0, await server.Api.MetricAsync("rubato_shared_cache_lookups_total", "result=\"hit\""));
        Assert.DoesNotContain("open-sesame", server.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("open-sesame", (await server.Api.GetAsync("/status/config")).Text, StringComparison.Ordinal);
    }

    private static async Task AssertAllFoundAsync(RubatoProcess server, List<string> ids)
    {
        foreach (var id in ids)
            Assert.Equal(2, (await server.Api.TraceAsync(id)).Count);
        Assert.Equal((ids.Count, ids.Count * 2), await server.Api.CountAsync());
    }
}
