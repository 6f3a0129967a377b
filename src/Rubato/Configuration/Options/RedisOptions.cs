namespace Rubato.Configuration.Options;

/// <summary><c>redis</c>, of <c>cache.caches</c> and of the older <c>storage.trace</c>.</summary>
[TakesDashes]
internal sealed class RedisOptions
{
    /// <summary>host or host:port; several with commas are a cluster, or with <c>master_name</c> the sentinels. The port is 6379 where none is given.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The sentinels' name for the servers.</summary>
    public string MasterName { get; init; } = "";

    public string Username { get; init; } = "";

    [Secret]
    public string Password { get; init; } = "";

    public string SentinelUsername { get; init; } = "";

    [Secret]
    public string SentinelPassword { get; init; } = "";

    /// <summary>For one request; then the object store is asked.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>0: values stay until the server needs the room.</summary>
    public TimeSpan Expiration { get; init; }

    /// <summary>As <c>expiration</c>, which wins.</summary>
    public TimeSpan Ttl { get; init; }

    [ConfigRange(0, 1_000_000)]
    public int Db { get; init; }

    /// <summary>Requests share one connection.</summary>
    [ConfigRange(0)]
    [NoEffectYet]
    public int PoolSize { get; init; }

    [NoEffectYet]
    public TimeSpan IdleTimeout { get; init; }

    [NoEffectYet]
    public TimeSpan MaxConnectionAge { get; init; }

    public bool TlsEnabled { get; init; }

    public bool TlsInsecureSkipVerify { get; init; }
}
