using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Server;
using Rubato.Storage.Caching;
using Rubato.UnitTests.Configuration;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Server;

public sealed class SharedCachesTests
{
    private const string S3 = "storage: {trace: {backend: s3, s3: {bucket: b}}}\n";

    [Fact]
    public async Task Roles_of_Tempo_lead_to_the_caches_that_claim_them()
    {
        await using var caches = Create(S3 + """
            cache:
              caches:
                - roles: [bloom, parquet-page]
                  memcached: {host: "127.0.0.1:1"}
                - roles: [trace-id-index, parquet-offset-idx, frontend-search]
                  redis: {endpoint: "127.0.0.1:2"}
            """);
        Assert.Equal("index_page", caches.ByRole[CacheRole.Page].Name);
        // Named by both: trace-id-index decides.
        Assert.Equal("index_footer", caches.ByRole[CacheRole.Index].Name);
        Assert.Equal("index_footer", caches.ByRole[CacheRole.Footer].Name);
    }

    [Theory]
    [InlineData("memcached: {host: \"127.0.0.1:1\"}", "memcached")]
    [InlineData("redis: {endpoint: \"127.0.0.1:1\"}", "redis")]
    public async Task The_older_keys_keep_index_and_footer(string server, string cache)
    {
        await using var caches = Create($"storage: {{trace: {{backend: s3, s3: {{bucket: b}}, cache: {cache}, {server}, background_cache: {{writeback_goroutines: 2}}}}}}");
        Assert.Equal([CacheRole.Index, CacheRole.Footer], caches.ByRole.Keys.Order());
    }

    [Fact]
    public async Task Without_caches_and_on_a_local_disk_the_store_stays_as_it_is()
    {
        var store = new MemoryObjectStore(TimeProvider.System);
        await using var none = Create(S3);
        Assert.Same(store, none.Before(store));
        await using var local = Create("cache: {caches: [{roles: [parquet-page], memcached: {host: m}}]}");
        Assert.Same(store, local.Before(store));
        await using var unused = Create(S3 + "cache: {caches: [{roles: [frontend-search], memcached: {host: m}}]}");
        Assert.Same(store, unused.Before(store));
    }

    [Fact]
    public void Passwords_are_not_shown()
    {
        var result = Configs.Load("cache: {caches: [{roles: [bloom], redis: {endpoint: r, password: hunter2, sentinel-password: hunter3}}]}\nstorage: {trace: {redis: {password: hunter4}}}");
        Assert.Equal(("hunter2", "hunter3", "hunter4"), (result.Config.Cache.Caches[0].Redis.Password, result.Config.Cache.Caches[0].Redis.SentinelPassword, result.Config.Storage.Trace.Redis.Password));
        Assert.DoesNotContain("hunter", result.Printer.Effective(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", result.Printer.Diff(), StringComparison.Ordinal);
    }

    private static SharedCaches Create(string text)
    {
        var result = Configs.Load(text);
        Assert.Empty(result.Errors);
        return SharedCaches.Create(result.Config, TimeProvider.System, NullLoggerFactory.Instance);
    }
}
