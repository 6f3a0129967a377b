namespace Rubato.Configuration.Options;

/// <summary><c>memcached</c>, of <c>cache.caches</c> and of the older <c>storage.trace</c>.</summary>
internal sealed class MemcachedCacheOptions
{
    /// <summary>host or host:port; a name stands for all its addresses. The port is 11211 where none is given.</summary>
    public string Host { get; init; } = "";

    /// <summary>As <c>host</c>, several with commas. <c>dns+</c> before a name changes nothing; SRV records (<c>dnssrv+</c>) are not read, the name's addresses are taken.</summary>
    public string Addresses { get; init; } = "";

    /// <summary>Of a port in SRV records, which are not read.</summary>
    [NoEffectYet]
    public string Service { get; init; } = "memcached";

    /// <summary>For one request; then the object store is asked.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Connections to each server that stay open while nobody uses them.</summary>
    [ConfigRange(0, 100_000)]
    public int MaxIdleConns { get; init; } = 16;

    /// <summary>Larger values are not stored; 0 for no limit but the server's own (1 MiB, its flag -I).</summary>
    [Bytes]
    [ConfigRange(0)]
    public long MaxItemSize { get; init; }

    /// <summary>How often names are looked up again.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A server that comes or goes moves its own keys only.</summary>
    public bool ConsistentHash { get; init; } = true;

    /// <summary>So many failures in a row, and the server is left alone for a while; 0 for never.</summary>
    [ConfigRange(0)]
    public int CircuitBreakerConsecutiveFailures { get; init; } = 10;

    /// <summary>How long it is left alone.</summary>
    public TimeSpan CircuitBreakerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failures further apart are not in a row; 0: they always are.</summary>
    public TimeSpan CircuitBreakerInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>0: values stay until the server needs the room.</summary>
    public TimeSpan Ttl { get; init; }

    public bool TlsEnabled { get; init; }

    public string TlsCertPath { get; init; } = "";

    public string TlsKeyPath { get; init; } = "";

    public string TlsCaPath { get; init; } = "";

    public string TlsServerName { get; init; } = "";

    public string TlsCipherSuites { get; init; } = "";

    public bool TlsInsecureSkipVerify { get; init; }

    [OneOf("", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13")]
    public string TlsMinVersion { get; init; } = "";
}
