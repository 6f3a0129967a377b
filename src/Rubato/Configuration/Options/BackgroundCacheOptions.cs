namespace Rubato.Configuration.Options;

/// <summary><c>cache.background</c>: how values get into the caches, behind the queries that read them.</summary>
internal sealed class BackgroundCacheOptions
{
    /// <summary>Values stored at once in each cache.</summary>
    [ConfigRange(1, 10_000)]
    public int WritebackGoroutines { get; init; } = 10;

    /// <summary>Values that may wait to be stored, and 32 MiB of them; more are dropped.</summary>
    [ConfigRange(0, 100_000_000)]
    public int WritebackBuffer { get; init; } = 10_000;
}
