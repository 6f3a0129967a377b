using Prometheus;

namespace Rubato.Query;

/// <summary>Metrics of the read path (spec/operations.md 15).</summary>
internal static class QueryMetrics
{
    public static readonly Histogram QueryDuration = Metrics.CreateHistogram(
        "tempo_querier_query_duration_seconds",
        "Time to answer a query.",
        new HistogramConfiguration
        {
            LabelNames = ["op", "status_code"],
            Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100],
        });

    public static readonly Counter Queries = Metrics.CreateCounter(
        "tempo_query_frontend_queries_total", "Queries by tenant and kind.", "tenant", "op");

    public static readonly Counter BytesInspected = Metrics.CreateCounter(
        "tempo_query_frontend_bytes_inspected_total", "Bytes read to answer queries.", "tenant", "op");

    public static readonly Counter StorageRequests = Metrics.CreateCounter(
        "rubato_query_storage_requests_total", "Reads of stored blocks that queries needed and no cache of this process had.", "op");

    public static readonly Counter StorageBytes = Metrics.CreateCounter(
        "rubato_query_storage_bytes_total", "Bytes of these reads.", "op");

    public static readonly Gauge QueueLength = Metrics.CreateGauge(
        "tempo_query_frontend_queue_length", "Queries that wait for their turn.", "tenant");

    public static readonly Histogram QueueDuration = Metrics.CreateHistogram(
        "tempo_query_frontend_queue_duration_seconds", "Time that queries waited for their turn.");

    public static readonly Counter Discarded = Metrics.CreateCounter(
        "tempo_query_frontend_discarded_requests_total", "Queries refused because the queue was full.", "user");

    public static readonly Counter Incomplete = Metrics.CreateCounter(
        "rubato_query_incomplete_total", "Answers that say they are not complete because stored data is damaged or the store does not answer.", "op");
}
