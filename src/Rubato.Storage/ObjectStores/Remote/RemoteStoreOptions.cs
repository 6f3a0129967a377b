namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>How often, how long, how many: the same for every remote store.</summary>
public sealed record RemoteStoreOptions
{
    /// <summary>Put before every key, without slashes at its ends; empty for none. <c>prefix</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Tries of a request in all, the first one counted. <c>s3.retry_max_attempts</c>, <c>gcs.max_retries</c> + 1.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>Before the second try; doubles, with jitter. <c>s3.retry_backoff_initial</c>.</summary>
    public TimeSpan BackoffInitial { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary><c>s3.retry_backoff_max</c>.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>One try to read or describe an object, apart from the time that its bytes take: somebody waits for it.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One try of any other request, apart from the time that its bytes take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A try may last longer by a second for each of these.</summary>
    public int SlowestBytesPerSecond { get; init; } = 1 << 20;

    /// <summary>A read without an answer for so long is sent a second time; 0 for never. <c>hedge_requests_at</c>.</summary>
    public TimeSpan HedgeAt { get; init; }

    /// <summary>Copies of a read at a time, the first one counted. <c>hedge_requests_up_to</c>.</summary>
    public int HedgeUpTo { get; init; } = 2;

    /// <summary>Parts of one object that travel at a time; each holds its bytes in memory.</summary>
    public int PartsInFlight { get; init; } = 4;

    /// <summary>Stretches of a tenant's names that are listed side by side. <c>list_blocks_concurrency</c>.</summary>
    public int ListConcurrency { get; init; } = 3;

    /// <summary>Outages in a row, without an answer between them, that open the circuit.</summary>
    public int CircuitFailures { get; init; } = 4;

    /// <summary>How long such a row must have lasted: a short hiccup is for the retries.</summary>
    public TimeSpan CircuitLasting { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the store is left alone before one request tries it again.</summary>
    public TimeSpan CircuitBreak { get; init; } = TimeSpan.FromSeconds(5);
}
