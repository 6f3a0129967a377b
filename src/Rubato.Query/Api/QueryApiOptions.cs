namespace Rubato.Query.Api;

/// <summary>The <c>query_frontend</c> and <c>querier</c> settings that the HTTP API needs.</summary>
public sealed record QueryApiOptions
{
    public bool MultitenancyEnabled { get; init; }

    /// <summary>Whether queries count in the metrics. False for those that nobody asked, at start.</summary>
    public bool IsMeasured { get; init; } = true;

    /// <summary><c>multi_tenant_queries_enabled</c>.</summary>
    public bool MultiTenantQueriesEnabled { get; init; } = true;

    /// <summary><c>search.default_result_limit</c>.</summary>
    public int DefaultResultLimit { get; init; } = 20;

    /// <summary><c>search.max_result_limit</c>; 0 = none.</summary>
    public int MaxResultLimit { get; init; } = 262_144;

    /// <summary><c>search.default_spans_per_span_set</c>.</summary>
    public int DefaultSpansPerSpanset { get; init; } = 3;

    /// <summary><c>search.max_spans_per_span_set</c>; 0 = none.</summary>
    public int MaxSpansPerSpanset { get; init; } = 100;

    /// <summary><c>search.max_duration</c>; 0 = none.</summary>
    public TimeSpan MaxSearchDuration { get; init; } = TimeSpan.FromHours(168);

    /// <summary><c>metrics.max_duration</c>; 0 = none.</summary>
    public TimeSpan MaxMetricsDuration { get; init; } = TimeSpan.FromHours(24);

    /// <summary><c>metrics.max_exemplars</c>: in one answer.</summary>
    public int MaxExemplars { get; init; } = 100;

    /// <summary><c>metrics.max_intervals</c>: steps of a range query; 0 = none.</summary>
    public int MaxMetricsIntervals { get; init; } = 10_000;

    /// <summary><c>metrics.max_response_series</c>; 0 = none.</summary>
    public int MaxMetricsSeries { get; init; }

    /// <summary><c>search.query_backend_after</c>: how far back a search without times looks.</summary>
    public TimeSpan DefaultSearchRange { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary><c>query_end_cutoff</c>: 0 here, so that what was just acknowledged is found.</summary>
    public TimeSpan QueryEndCutoff { get; init; }

    /// <summary><c>max_query_expression_size_bytes</c>.</summary>
    public int MaxQueryExpressionBytes { get; init; } = 131_072;

    /// <summary><c>max_convert_bytes</c>: of a file to convert, also unpacked.</summary>
    public int MaxConvertBytes { get; init; } = 20 << 20;

    /// <summary><c>max_grpc_streaming_packet_size</c>: a longer streamed answer is cut into several messages.</summary>
    public int MaxGrpcPacketBytes { get; init; } = 2 << 20;

    /// <summary><c>api_timeout</c>; 0 = none.</summary>
    public TimeSpan ApiTimeout { get; init; }

    /// <summary><c>querier.search.query_timeout</c>, for all queries but trace by id; 0 = none.</summary>
    public TimeSpan SearchTimeout { get; init; }

    /// <summary><c>querier.trace_by_id.query_timeout</c>; 0 = none.</summary>
    public TimeSpan TraceByIdTimeout { get; init; }

    /// <summary><c>max_concurrent_queries</c>.</summary>
    public int MaxConcurrentQueries { get; init; } = 20;

    /// <summary><c>max_outstanding_per_tenant</c>: queries that may wait, then 429.</summary>
    public int MaxOutstandingPerTenant { get; init; } = 2000;

    /// <summary><c>url_deny_list</c>: regular expressions of refused URLs.</summary>
    public IReadOnlyList<string> UrlDenyList { get; init; } = [];

    /// <summary>Segments that one query scans at the same time.</summary>
    public int Parallelism { get; init; } = Math.Max(1, Environment.ProcessorCount);
}
