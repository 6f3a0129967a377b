namespace Rubato.Configuration.Options;

/// <summary><c>ingester</c>: recent spans, and when they become a block.</summary>
internal sealed class IngesterOptions
{
    /// <summary>A trace without new spans for this long is complete enough to be cut.</summary>
    public TimeSpan TraceIdlePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A trace this old is cut even if it still receives spans.</summary>
    [NoEffectYet]
    public TimeSpan TraceLivePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Upper bound of the age of recent data; a block may be cut earlier.</summary>
    public TimeSpan MaxBlockDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Upper bound of recent data in OTLP bytes; looked at every <see cref="FlushCheckPeriod"/>.</summary>
    [Bytes, ConfigRange(1)]
    public long MaxBlockBytes { get; init; } = 524_288_000;

    public TimeSpan FlushCheckPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a block that was written is still served from here.</summary>
    [NoEffectYet]
    public TimeSpan CompleteBlockTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether a stopping process cuts all recent data into blocks; otherwise the WAL keeps it.</summary>
    public bool FlushAllOnShutdown { get; init; }
}
