namespace Rubato.Model.Tenants;

/// <summary>
/// Everything that bounds one tenant: an immutable snapshot, swapped whole when the overrides file changes.
/// Property by property the keys of <c>overrides.defaults</c>; 0 means "no limit" unless the property says otherwise.
/// </summary>
public sealed record TenantLimits
{
    public static TenantLimits Default { get; } = new();

    // ingestion.*

    /// <summary>Taken from the defaults only: one strategy for the whole process.</summary>
    public IngestionRateStrategy RateStrategy { get; init; } = IngestionRateStrategy.Local;

    /// <summary>OTLP bytes per second. Not switched off by 0: a tenant with rate 0 is refused.</summary>
    public long RateLimitBytes { get; init; } = 30_000_000;

    /// <summary>Size of the token bucket in bytes; a larger request can never pass.</summary>
    public long BurstSizeBytes { get; init; } = 30_000_000;

    /// <summary>Live traces of the tenant in one ingester.</summary>
    public int MaxTracesPerUser { get; init; } = 10_000;

    /// <summary>Live traces of the tenant in the whole cluster.</summary>
    public int MaxGlobalTracesPerUser { get; init; }

    /// <summary>Ingesters that hold this tenant; 0 means all of them.</summary>
    public int TenantShardSize { get; init; }

    /// <summary>Longer keys and string values are cut. 0 means <c>distributor.max_attribute_bytes</c>.</summary>
    public int MaxAttributeBytes { get; init; }

    /// <summary>Added to each reply to a writer.</summary>
    public TimeSpan ArtificialDelay { get; init; }

    /// <summary>Whether a refused writer is told when to come back; without it OTLP clients do not retry.</summary>
    public bool RetryInfoEnabled { get; init; } = true;

    // read.*

    /// <summary>Tag values beyond this many bytes are left out of the answer.</summary>
    public long MaxBytesPerTagValuesQuery { get; init; } = 1_000_000;

    public int MaxBlocksPerTagValuesQuery { get; init; }

    /// <summary>Groups of conditions in the filter of a tag query.</summary>
    public int MaxConditionGroupsPerTagQuery { get; init; } = 100;

    /// <summary>Longest time range of a search. 0 means <c>query_frontend.search.max_duration</c>.</summary>
    public TimeSpan MaxSearchDuration { get; init; }

    /// <summary>Longest time range of a metrics query. 0 means <c>query_frontend.metrics.max_duration</c>.</summary>
    public TimeSpan MaxMetricsDuration { get; init; }

    /// <summary>Whether <c>with(...)</c> may use hints that can make an answer incomplete.</summary>
    public bool UnsafeQueryHints { get; init; }

    /// <summary>Whether search results print trace ids with their leading zeros.</summary>
    public bool LeftPadTraceIds { get; init; }

    // compaction.*

    /// <summary>Age at which a block is deleted. 0 means <c>compactor.compaction.block_retention</c>.</summary>
    public TimeSpan BlockRetention { get; init; }

    /// <summary>0 means <c>compactor.compaction.compaction_window</c>.</summary>
    public TimeSpan CompactionWindow { get; init; }

    public bool CompactionDisabled { get; init; }

    // global.*

    /// <summary>OTLP bytes of one trace; also the most that trace by id returns.</summary>
    public long MaxBytesPerTrace { get; init; } = 5_000_000;

    // metrics_generator.*

    /// <summary>Names of the processors that make metrics from this tenant's spans.</summary>
    public IReadOnlyList<string> MetricsGeneratorProcessors { get; init; } = [];

    /// <summary>Series per generator; 0 means no limit.</summary>
    public int MetricsGeneratorMaxActiveSeries { get; init; }

    /// <summary>How often series are collected. 0 means <c>metrics_generator.registry.collection_interval</c>.</summary>
    public TimeSpan MetricsGeneratorCollectionInterval { get; init; }

    /// <summary>Series are counted but not sent.</summary>
    public bool MetricsGeneratorDisableCollection { get; init; }

    /// <summary><c>classic</c>, <c>native</c> or <c>both</c>.</summary>
    public string MetricsGeneratorNativeHistograms { get; init; } = "classic";

    /// <summary>Label of an exemplar that holds the trace id; empty means <c>traceID</c>.</summary>
    public string MetricsGeneratorTraceIdLabelName { get; init; } = "";

    /// <summary>How far from now a span may end. 0 means <c>metrics_generator.metrics_ingestion_time_range_slack</c>.</summary>
    public TimeSpan MetricsGeneratorIngestionTimeRangeSlack { get; init; }
}
