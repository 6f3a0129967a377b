using Prometheus;

namespace Rubato.Storage;

/// <summary>Tempo's names where it has the metric (spec: operations, 15); ours begin with <c>rubato_</c>.</summary>
internal static class StorageMetrics
{
    public static readonly Counter Errors = Metrics.CreateCounter(
        "tempo_storage_errors_total", "Failed calls to the object store; an absent object is not a failure.", "backend", "operation");

    public static readonly Histogram BackendRequestSeconds = Metrics.CreateHistogram(
        "tempodb_backend_request_duration_seconds", "Time of requests to the object store.",
        new HistogramConfiguration { LabelNames = ["operation", "status_code"], Buckets = Histogram.ExponentialBuckets(0.005, 4, 6) });

    public static readonly Gauge BlockListLength = Metrics.CreateGauge("tempodb_blocklist_length", "Blocks that queries read.", "tenant");

    public static readonly Gauge BackendBytes = Metrics.CreateGauge(
        "tempodb_backend_bytes_total", "Bytes in the object store at the last poll.", "tenant", "status");

    public static readonly Gauge BackendObjects = Metrics.CreateGauge(
        "tempodb_backend_objects_total", "Traces in the object store at the last poll.", "tenant", "status");

    public static readonly Histogram PollSeconds = Metrics.CreateHistogram("tempodb_blocklist_poll_duration_seconds", "Time of each poll of the block list.");

    public static readonly Counter PollErrors = Metrics.CreateCounter(
        "tempodb_blocklist_poll_errors_total", "Tenants that could not be listed and block descriptions that could not be read.", "tenant");

    public static readonly Counter PartialBlocks = Metrics.CreateCounter(
        "rubato_blocklist_partial_blocks_total", "Block folders without rubato.json, each counted once: an upload that never ended.", "tenant");

    public static readonly Counter LeftoversDeleted = Metrics.CreateCounter(
        "rubato_blocklist_partial_blocks_deleted_total", "Block folders without rubato.json that were deleted after a week.", "tenant");

    public static readonly Counter TenantIndexErrors = Metrics.CreateCounter(
        "tempodb_blocklist_tenant_index_errors_total", "Tenant indexes that could not be read or written.", "tenant");

    public static readonly Gauge TenantIndexBuilder = Metrics.CreateGauge(
        "tempodb_blocklist_tenant_index_builder", "1 where this process writes the tenant's index.", "tenant");

    public static readonly Gauge TenantIndexAge = Metrics.CreateGauge(
        "tempodb_blocklist_tenant_index_age_seconds", "Age of the tenant's index when it was last read or written.", "tenant");

    public static readonly Gauge Foreign = Metrics.CreateGauge(
        "rubato_foreign_objects", "What other programs put into the tenant's folder, at the last poll: left alone. Kinds: tempo_block (folders), tempo_index, other.", "tenant", "kind");

    public static readonly Counter QuarantinedBlocks = Metrics.CreateCounter(
        "rubato_blocks_quarantined_total", "Blocks set aside because they are damaged.", "tenant");

    public static readonly Histogram RetentionSeconds = Metrics.CreateHistogram(
        "tempodb_retention_duration_seconds", "Time of each retention cycle.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.25, 2, 6) });

    public static readonly Counter RetentionErrors = Metrics.CreateCounter("tempodb_retention_errors_total", "Blocks that could not be marked or deleted.");

    public static readonly Counter MarkedForDeletion = Metrics.CreateCounter("tempodb_retention_marked_for_deletion_total", "Blocks that retention ended.");

    public static readonly Counter Deleted = Metrics.CreateCounter("tempodb_retention_deleted_total", "Blocks deleted from the object store.");
}
