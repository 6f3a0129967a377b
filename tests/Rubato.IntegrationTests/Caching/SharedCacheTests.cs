using Microsoft.Extensions.Logging.Abstractions;
using Rubato.IntegrationTests.Harness;
using Rubato.Storage;
using Rubato.Storage.Caching;
using Rubato.Storage.Caching.Memcached;
using Rubato.Storage.Caching.Redis;

namespace Rubato.IntegrationTests.Caching;

/// <summary>The same tests against a real memcached and a real Redis.</summary>
public abstract class SharedCacheTests
{
    private static readonly byte[] Value = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_stored_comes_back_and_what_was_not_is_a_miss()
    {
        await using var server = await StartAsync();
        await using var cache = Cache(Client(server.Address));

        Assert.Null(await cache.GetAsync(CacheRole.Page, "rubato:a", Value.Length, Token));
        foreach (var length in new[] { 0, 1, 5000, 8192, 16_384, Value.Length })
        {
            cache.Set($"rubato:{length}", Value.AsSpan(0, length));
            byte[]? read = null;
            await Until(async () => (read = await cache.GetAsync(CacheRole.Page, $"rubato:{length}", length, Token)) is not null);
            Assert.Equal(Value[..length], read);
        }
    }

    [Fact]
    public async Task Many_at_once_get_their_own()
    {
        await using var server = await StartAsync();
        await using var client = Client(server.Address, timeout: TimeSpan.FromSeconds(20));
        await Parallel.ForAsync(0, 200, Token, async (i, token) =>
        {
            Assert.Equal(CacheStatus.Stored, (await client.SetAsync($"rubato:{i}", CacheEnvelope.Seal($"rubato:{i}", Value.AsSpan(0, 10 * i)), token)).Status);
            var answer = await client.GetAsync($"rubato:{i}", (10 * i) + CacheEnvelope.HeaderBytes, token);
            Assert.True(CacheEnvelope.TryOpen($"rubato:{i}", answer.Value, out var body));
            Assert.Equal(Value.AsSpan(0, 10 * i), body);
        });
    }

    [Fact]
    public async Task A_value_that_somebody_else_put_there_is_not_believed()
    {
        await using var server = await StartAsync();
        await using var client = Client(server.Address, timeout: TimeSpan.FromSeconds(20));
        await using var cache = Cache(Client(server.Address, timeout: TimeSpan.FromSeconds(20)));
        var good = CacheEnvelope.Seal("rubato:k", Value);
        byte[][] bad = [[], "hello"u8.ToArray(), good[..^1], CacheEnvelope.Seal("rubato:other", Value), [.. good[..^1], (byte)(good[^1] ^ 1)], new byte[1000]];
        foreach (var value in bad)
        {
            Assert.Equal(CacheStatus.Stored, (await client.SetAsync("rubato:k", value, Token)).Status);
            Assert.Null(await cache.GetAsync(CacheRole.Page, "rubato:k", Value.Length, Token));
        }

        Assert.Equal(CacheStatus.Stored, (await client.SetAsync("rubato:k", good, Token)).Status);
        Assert.Equal(Value, await cache.GetAsync(CacheRole.Page, "rubato:k", Value.Length, Token));
        // Longer than what is asked for: it cannot be it.
        Assert.Null(await cache.GetAsync(CacheRole.Page, "rubato:k", 10, Token));
    }

    [Fact]
    public async Task A_server_that_dies_costs_its_timeout_then_nothing_and_comes_back()
    {
        await using var server = await StartAsync();
        var circuit = new OutageCircuitOptions(Failures: 3, Break: TimeSpan.FromMilliseconds(200)) { Interval = TimeSpan.FromSeconds(10) };
        await using var client = Client(server.Address, TimeSpan.FromSeconds(2), circuit);
        var sealedValue = CacheEnvelope.Seal("rubato:k", Value);
        Assert.Equal(CacheStatus.Stored, (await client.SetAsync("rubato:k", sealedValue, Token)).Status);
        Assert.Equal(CacheStatus.Hit, (await client.GetAsync("rubato:k", sealedValue.Length, Token)).Status);

        await server.KillAsync();
        var statuses = new List<CacheStatus>();
        for (var i = 0; i < 20 && statuses.LastOrDefault() != CacheStatus.Open; i++)
            statuses.Add((await client.GetAsync("rubato:k", sealedValue.Length, Token)).Status);
        Assert.Equal(CacheStatus.Open, statuses[^1]);
        Assert.All(statuses.SkipLast(1), status => Assert.True(status is CacheStatus.Error or CacheStatus.Timeout, $"{status}"));

        await server.StartAsync();
        await Until(async () => (await client.SetAsync("rubato:k", sealedValue, Token)).Status == CacheStatus.Stored);
        Assert.Equal(CacheStatus.Hit, (await client.GetAsync("rubato:k", sealedValue.Length, Token)).Status);
    }

    [Fact]
    public async Task A_server_that_is_not_there_at_the_start_is_used_when_it_is()
    {
        await using var server = await StartAsync();
        await server.KillAsync();
        await using var client = Client(server.Address, TimeSpan.FromSeconds(2), new OutageCircuitOptions(2, TimeSpan.FromMilliseconds(50)));
        Assert.NotEqual(CacheStatus.Hit, (await client.GetAsync("rubato:k", 10, Token)).Status);

        await server.StartAsync();
        await Until(async () => (await client.SetAsync("rubato:k", Value, Token)).Status == CacheStatus.Stored);
    }

    [Fact]
    public async Task A_caller_who_goes_away_is_not_the_servers_fault()
    {
        await using var server = await StartAsync();
        await using var client = Client(server.Address, circuit: new OutageCircuitOptions(1, TimeSpan.FromHours(1)));
        await Until(async () => (await client.SetAsync("rubato:k", Value, Token)).Status == CacheStatus.Stored);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.GetAsync("rubato:k", 10, new CancellationToken(canceled: true)));
        Assert.Equal(CacheStatus.Hit, (await client.GetAsync("rubato:k", Value.Length, Token)).Status);
    }

    private protected abstract Task<CacheServer> StartAsync();

    private protected abstract ICacheClient Client(string address, TimeSpan? timeout = null, OutageCircuitOptions? circuit = null);

    private protected static Task Until(Func<Task<bool>> isSo) => Within.Get(TimeSpan.FromSeconds(20), isSo, so => so, "the cache answers");

    private static SharedCache Cache(ICacheClient client) => new(client, new SharedCacheOptions { Name = "test-" + client.Kind }, NullLogger.Instance);
}

public sealed class MemcachedCacheTests : SharedCacheTests
{
    [Fact]
    public async Task A_value_beyond_the_servers_own_limit_is_no_failure_of_the_server()
    {
        await using var server = await CacheServer.MemcachedAsync("-I", "1m");
        await using var client = Client(server.Address, circuit: new OutageCircuitOptions(1, TimeSpan.FromHours(1)));
        var token = TestContext.Current.CancellationToken;
        await Until(async () => (await client.SetAsync("rubato:small", new byte[10], token)).Status == CacheStatus.Stored);
        Assert.Equal(CacheStatus.Error, (await client.SetAsync("rubato:large", new byte[3 << 20], token)).Status);
        Assert.Equal(CacheStatus.Hit, (await client.GetAsync("rubato:small", 10, token)).Status);
    }

    [Fact]
    public async Task Keys_are_spread_and_the_death_of_one_server_leaves_the_others_keys()
    {
        await using var first = await CacheServer.MemcachedAsync();
        await using var second = await CacheServer.MemcachedAsync();
        var options = new MemcachedOptions { Name = "spread", Servers = [first.Address, second.Address], Timeout = TimeSpan.FromSeconds(5) };
        await using var client = new MemcachedClient(options, TimeProvider.System, NullLogger.Instance);
        var token = TestContext.Current.CancellationToken;
        await Until(async () => (await client.SetAsync("rubato:0", new byte[10], token)).Status == CacheStatus.Stored);
        for (var i = 0; i < 100; i++)
            Assert.Equal(CacheStatus.Stored, (await client.SetAsync($"rubato:{i}", new byte[10], token)).Status);

        await second.KillAsync();
        var hits = 0;
        for (var i = 0; i < 100; i++)
            hits += (await client.GetAsync($"rubato:{i}", 10, token)).Status == CacheStatus.Hit ? 1 : 0;
        Assert.InRange(hits, 25, 75);
    }

    private protected override Task<CacheServer> StartAsync() => CacheServer.MemcachedAsync();

    private protected override ICacheClient Client(string address, TimeSpan? timeout = null, OutageCircuitOptions? circuit = null) => new MemcachedClient(
        new MemcachedOptions { Name = "test", Servers = [address], Timeout = timeout ?? TimeSpan.FromSeconds(5), Circuit = circuit ?? new OutageCircuitOptions(10, TimeSpan.FromSeconds(10)) },
        TimeProvider.System, NullLogger.Instance);
}

public sealed class RedisCacheTests : SharedCacheTests
{
    [Fact]
    public async Task A_password_opens_the_server_and_a_wrong_one_is_not_told()
    {
        await using var server = await CacheServer.RedisAsync("--requirepass", "open-sesame-4711");
        var token = TestContext.Current.CancellationToken;
        var log = new MessageLog();
        await using var right = new RedisCacheClient(Options(server.Address) with { Password = "open-sesame-4711" }, TimeProvider.System, log);
        await Until(async () => (await right.SetAsync("rubato:k", new byte[10], token)).Status == CacheStatus.Stored);

        await using var wrong = new RedisCacheClient(
            Options(server.Address) with { Password = "wrong-sesame-0815", Circuit = new OutageCircuitOptions(1, TimeSpan.FromHours(1)) }, TimeProvider.System, log);
        Assert.True((await wrong.GetAsync("rubato:k", 10, token)).Status is CacheStatus.Error or CacheStatus.Timeout);
        Assert.NotEmpty(log.Messages);
        Assert.DoesNotContain(log.Messages, message => message.Contains("sesame", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_expire()
    {
        await using var server = await CacheServer.RedisAsync();
        var token = TestContext.Current.CancellationToken;
        await using var client = new RedisCacheClient(Options(server.Address) with { Expiration = TimeSpan.FromMilliseconds(200) }, TimeProvider.System, NullLogger.Instance);
        await Until(async () => (await client.SetAsync("rubato:k", new byte[10], token)).Status == CacheStatus.Stored);
        await Until(async () => (await client.GetAsync("rubato:k", 10, token)).Status == CacheStatus.Miss);
    }

    private protected override Task<CacheServer> StartAsync() => CacheServer.RedisAsync();

    private protected override ICacheClient Client(string address, TimeSpan? timeout = null, OutageCircuitOptions? circuit = null) => new RedisCacheClient(
        Options(address) with { Timeout = timeout ?? TimeSpan.FromSeconds(5), Circuit = circuit ?? new OutageCircuitOptions(10, TimeSpan.FromSeconds(10)) }, TimeProvider.System, NullLogger.Instance);

    private static RedisCacheOptions Options(string address) => new() { Name = "test", Endpoints = [address], Timeout = TimeSpan.FromSeconds(5) };
}
