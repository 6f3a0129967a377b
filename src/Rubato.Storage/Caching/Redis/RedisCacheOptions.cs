namespace Rubato.Storage.Caching.Redis;

public sealed record RedisCacheOptions
{
    /// <summary>The label of its metrics.</summary>
    public required string Name { get; init; }

    /// <summary><c>host:port</c>; several are a cluster, or with <see cref="MasterName"/> the sentinels.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The sentinels' name for the servers; empty: no sentinels.</summary>
    public string MasterName { get; init; } = "";

    /// <summary>For one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Zero: values stay until the server needs the room.</summary>
    public TimeSpan Expiration { get; init; }

    public int Database { get; init; }

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    public string SentinelUser { get; init; } = "";

    public string SentinelPassword { get; init; } = "";

    public bool UseTls { get; init; }

    public bool SkipCertificateCheck { get; init; }

    public OutageCircuitOptions Circuit { get; init; } = new(10, TimeSpan.FromSeconds(10)) { Interval = TimeSpan.FromSeconds(10) };
}
