using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Rubato.Storage.Caching.Redis;

/// <summary>Values in Redis, a cluster of it, or behind sentinels. Connects at the first request and by itself again; until then everything is a miss.</summary>
public sealed class RedisCacheClient : ICacheClient
{
    private readonly RedisCacheOptions _options;
    private readonly CacheCalls _calls;
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connecting;
    private ConnectionMultiplexer? _sentinels;
    private bool _disposed;

    public RedisCacheClient(RedisCacheOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _calls = new CacheCalls(options.Name, string.Join(',', options.Endpoints), options.Timeout, options.Circuit, time, logger);
    }

    public string Kind => "redis";

    public ValueTask<CacheAnswer> GetAsync(string key, int maxBytes, CancellationToken cancellationToken) => RunAsync(
        async database =>
        {
            byte[]? value = await database.StringGetAsync(key);
            if (value is null)
                return new CacheAnswer(CacheStatus.Miss);
            return value.Length <= maxBytes
                ? new CacheAnswer(CacheStatus.Hit, value)
                : throw new CacheServerException($"Redis has a value of {value.Length} bytes under {key}, where at most {maxBytes} were stored");
        },
        cancellationToken);

    public ValueTask<CacheAnswer> SetAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) => RunAsync(
        async database =>
        {
            var isStored = await database.StringSetAsync(key, value, _options.Expiration > TimeSpan.Zero ? new Expiration(_options.Expiration) : Expiration.Default);
            return new CacheAnswer(isStored ? CacheStatus.Stored : CacheStatus.Error);
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Task<IConnectionMultiplexer>? connecting;
        lock (_gate)
        {
            (_disposed, connecting, _connecting) = (true, _connecting, null);
        }

        if (connecting is null)
            return;
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
            await (await connecting).DisposeAsync();
        if (_sentinels is not null)
            await _sentinels.DisposeAsync();
    }

    private ValueTask<CacheAnswer> RunAsync(Func<IDatabase, Task<CacheAnswer>> request, CancellationToken cancellationToken) => _calls.RunAsync(
        async token =>
        {
            try
            {
                var redis = await Connection().WaitAsync(token);
                // The driver's calls take no token; what is given up here ends by the driver's own timeout.
                return await request(redis.GetDatabase()).WaitAsync(token);
            }
            catch (Exception e) when (e is RedisException or RedisCommandException)
            {
                // Behind the reason come the driver's own counters.
                throw new CacheServerException(e.Message.Split(", mc: ")[0], e);
            }
        },
        cancellationToken);

    private Task<IConnectionMultiplexer> Connection()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
                _connecting = ConnectAsync();
            return _connecting;
        }
    }

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        if (_options.MasterName.Length == 0)
            return await ConnectionMultiplexer.ConnectAsync(Configuration(_options.User, _options.Password, _options.Endpoints));
        var sentinels = Configuration(_options.SentinelUser, _options.SentinelPassword, _options.Endpoints);
        sentinels.ServiceName = _options.MasterName;
        _sentinels = await ConnectionMultiplexer.SentinelConnectAsync(sentinels);
        var servers = Configuration(_options.User, _options.Password, []);
        servers.ServiceName = _options.MasterName;
        return _sentinels.GetSentinelMasterConnection(servers);
    }

    private ConfigurationOptions Configuration(string user, string password, IReadOnlyList<string> endpoints)
    {
        var milliseconds = (int)Math.Clamp(_options.Timeout.TotalMilliseconds, 1, 60_000);
        var configuration = new ConfigurationOptions
        {
            // A cache that is away at start comes back by itself, and until then a request fails at once.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = Math.Max(milliseconds, 1000),
            ConnectRetry = 1,
            AsyncTimeout = milliseconds,
            SyncTimeout = milliseconds,
            ReconnectRetryPolicy = new LinearRetry(1000),
            User = user.Length > 0 ? user : null,
            Password = password.Length > 0 ? password : null,
            DefaultDatabase = _options.Database,
            Ssl = _options.UseTls,
            ClientName = "rubato",
        };
        if (_options.SkipCertificateCheck)
        {
#pragma warning disable CA5359 // The configuration asks for it by this very name.
            configuration.CertificateValidation += static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        foreach (var endpoint in endpoints)
        {
            var colon = endpoint.LastIndexOf(':');
            var (host, port) = (endpoint[..colon].Trim('[', ']'), int.Parse(endpoint.AsSpan(colon + 1), CultureInfo.InvariantCulture));
            configuration.EndPoints.Add(IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port));
        }

        return configuration;
    }
}
