using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.Caching.Memcached;

/// <summary>Spreads keys over memcached servers. Names are looked up in the background, again and again; until the first time has ended everything is a miss.</summary>
public sealed partial class MemcachedClient : ICacheClient
{
    // memcached takes a longer time to live for a date.
    private static readonly TimeSpan s_longestRelative = TimeSpan.FromDays(30);

    private readonly MemcachedOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp;
    private readonly ConcurrentDictionary<string, MemcachedServer> _servers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _updates;
    private ServerRing _ring;

    /// <exception cref="ArgumentException">A TLS file or name that cannot be used; says which.</exception>
    public MemcachedClient(MemcachedOptions options, TimeProvider time, ILogger logger)
        : this(options, time, logger, static (host, token) => Dns.GetHostAddressesAsync(host, token))
    {
    }

    internal MemcachedClient(MemcachedOptions options, TimeProvider time, ILogger logger, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
    {
        if (options.Tls is not null)
            StoreTls.Build(options.Tls);
        _options = options;
        _time = time;
        _logger = logger;
        _lookUp = lookUp;
        _ring = new ServerRing([], options.ConsistentHash);
        _updates = UpdateAsync(_stop.Token);
    }

    public string Kind => "memcached";

    internal IReadOnlyList<string> Servers => Volatile.Read(ref _ring).Servers;

    public ValueTask<CacheAnswer> GetAsync(string key, int maxBytes, CancellationToken cancellationToken) =>
        RunAsync(key, (connection, token) => connection.GetAsync(key, maxBytes, token), cancellationToken);

    public ValueTask<CacheAnswer> SetAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var seconds = (long)Math.Ceiling(_options.TimeToLive.TotalSeconds);
        if (_options.TimeToLive > s_longestRelative)
            seconds += _time.GetUtcNow().ToUnixTimeSeconds();
        return RunAsync(key, (connection, token) => connection.SetAsync(key, value, seconds, token), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _updates.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        foreach (var server in _servers.Values)
            server.Dispose();
    }

    private ValueTask<CacheAnswer> RunAsync(string key, Func<MemcachedConnection, CancellationToken, ValueTask<CacheAnswer>> request, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ring).ServerOf(key) is not { } name)
            return new(new CacheAnswer(CacheStatus.Open));
        var server = _servers.GetOrAdd(name, address => new MemcachedServer(address, _options, _time, _logger));
        return server.RunAsync(request, cancellationToken);
    }

    private async Task UpdateAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.UpdateInterval > TimeSpan.Zero ? _options.UpdateInterval : TimeSpan.FromMinutes(1), _time);
        do
        {
            var found = new List<string>();
            foreach (var server in _options.Servers)
                found.AddRange(await AddressesAsync(server, cancellationToken));
            // A name server that is away for a while must not empty the ring.
            if (found.Count == 0 && Servers.Count > 0)
                continue;
            var ring = new ServerRing(found, _options.ConsistentHash);
            Volatile.Write(ref _ring, ring);
            CacheMetrics.MemcachedServers.WithLabels(_options.Name).Set(ring.Servers.Count);
            foreach (var gone in _servers.Keys.Except(ring.Servers))
            {
                // A request that runs keeps its connection and closes it itself.
                if (_servers.TryRemove(gone, out var server))
                    server.Dispose();
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<IEnumerable<string>> AddressesAsync(string server, CancellationToken cancellationToken)
    {
        var colon = server.LastIndexOf(':');
        var (host, port) = (server[..colon], server[(colon + 1)..]);
        if (IPAddress.TryParse(host.Trim('[', ']'), out _))
            return [server];
        try
        {
            var addresses = await _lookUp(host, cancellationToken);
            // With TLS the certificate is for the name.
            if (_options.Tls is not null && addresses.Length > 0)
                return [server];
            return addresses.Select(address => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            Log.NoAddress(_logger, _options.Name, host, e.Message);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(63, LogLevel.Warning, "a memcached host has no address; queries go on without it cache={Cache} host={Host} error={Error}")]
        public static partial void NoAddress(ILogger logger, string cache, string host, string error);
    }
}
