using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.Caching.Memcached;

public sealed record MemcachedOptions
{
    public const int DefaultPort = 11211;

    /// <summary>The label of its metrics.</summary>
    public required string Name { get; init; }

    /// <summary><c>host:port</c>, names or addresses; a name stands for all its addresses.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>For one request, waiting for a connection included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Connections to a server that stay open while nobody uses them.</summary>
    public int MaxIdleConnections { get; init; } = 16;

    /// <summary>Connections to a server at once.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>How often names are looked up again.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A server that comes or goes moves only its own share of the keys; without it nearly all keys move.</summary>
    public bool ConsistentHash { get; init; } = true;

    /// <summary>Zero: values stay until the server needs the room.</summary>
    public TimeSpan TimeToLive { get; init; }

    public OutageCircuitOptions Circuit { get; init; } = new(10, TimeSpan.FromSeconds(10)) { Interval = TimeSpan.FromSeconds(10) };

    /// <summary>Null: no TLS.</summary>
    public StoreTlsOptions? Tls { get; init; }
}
