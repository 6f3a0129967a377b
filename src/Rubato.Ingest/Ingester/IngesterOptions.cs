namespace Rubato.Ingest.Ingester;

/// <summary>The <c>ingester</c> section, and the memory budget of recent data.</summary>
public sealed record IngesterOptions
{
    /// <summary><c>trace_idle_period</c>: a trace that received a span within this time is carried to the next block.</summary>
    public TimeSpan TraceIdlePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>max_block_duration</c>: recent data older than this is cut into a block.</summary>
    public TimeSpan MaxBlockDuration { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary><c>max_block_bytes</c>: recent data of more OTLP bytes than this is cut into a block.</summary>
    public long MaxBlockBytes { get; init; } = 524_288_000;

    /// <summary><c>flush_check_period</c>: how often age and size are looked at.</summary>
    public TimeSpan FlushCheckPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>flush_all_on_shutdown</c>.</summary>
    public bool FlushAllOnShutdown { get; init; }

    /// <summary>Memory for recent spans of all tenants; when it is full, a block is cut early. Design.md section 2: 128 MB.</summary>
    public long MaxRecentBytes { get; init; } = 128L << 20;

    /// <summary>
    /// Rows of one batch in memory. Larger batches have warmer dictionaries; smaller ones are searched while the next one
    /// fills. A power of two, so that the dense columns end exactly full.
    /// </summary>
    public int MaxBatchSpans { get; init; } = 65_536;

    /// <summary>Most of a cut's rows that may be carried over: a cut that carries all would free nothing.</summary>
    public double MaxCarriedShare { get; init; } = 0.25;
}
