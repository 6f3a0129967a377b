using Prometheus;

namespace Rubato.Ingest;

/// <summary>Metrics of the write path, with Tempo's names where Tempo has them (spec/operations.md 15).</summary>
internal static class IngestMetrics
{
    public static readonly Counter SpansReceived = Metrics.CreateCounter(
        "tempo_distributor_spans_received_total", "Spans received per tenant; status tells accepted from refused.", "tenant", "status");

    public static readonly Counter BytesReceived = Metrics.CreateCounter(
        "tempo_distributor_bytes_received_total", "OTLP bytes received per tenant.", "tenant");

    public static readonly Histogram PushDuration = Metrics.CreateHistogram(
        "tempo_distributor_push_duration_seconds", "Time from a decoded request to its acknowledgement.");

    public static readonly Counter ReceiverAccepted = Metrics.CreateCounter(
        "tempo_receiver_accepted_spans", "Spans that a receiver accepted.", "receiver", "transport");

    public static readonly Counter ReceiverRefused = Metrics.CreateCounter(
        "tempo_receiver_refused_spans", "Spans that a receiver refused.", "receiver", "transport");

    public static readonly Counter DiscardedSpans = Metrics.CreateCounter(
        "tempo_discarded_spans_total", "Spans discarded, by reason.", "reason", "tenant");

    public static readonly Counter AttributesTruncated = Metrics.CreateCounter(
        "tempo_distributor_attributes_truncated_total", "Attributes whose key or value was cut.", "tenant", "scope");

    public static readonly Counter InvalidUtf8 = Metrics.CreateCounter(
        "rubato_distributor_invalid_utf8_total", "Texts in which bytes that are not UTF-8 were replaced by U+FFFD.", "tenant");

    public static readonly Gauge LiveTraces = Metrics.CreateGauge(
        "tempo_ingester_live_traces", "Traces that received a span within trace_idle_period, as of the last check.", "tenant");

    public static readonly Counter TracesCreated = Metrics.CreateCounter(
        "tempo_ingester_traces_created_total", "Traces that became live: new ones, and those that receive again after trace_idle_period. Counted where a limit on traces holds.", "tenant");

    public static readonly Counter IngesterBytes = Metrics.CreateCounter(
        "tempo_ingester_bytes_received_total", "OTLP bytes that the ingester kept.", "tenant", "data_type");

    public static readonly Counter BlocksFlushed = Metrics.CreateCounter(
        "tempo_ingester_blocks_flushed_total", "Blocks cut from recent data.");

    public static readonly Counter FailedFlushes = Metrics.CreateCounter(
        "tempo_ingester_failed_flushes_total", "Blocks that could not be written; their spans stay in the WAL and in memory.");

    public static readonly Histogram FlushDuration = Metrics.CreateHistogram(
        "tempo_ingester_flush_duration_seconds", "Time to write a block.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 10) });

    public static readonly Histogram FlushSize = Metrics.CreateHistogram(
        "tempo_ingester_flush_size_bytes", "Size of a block.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1 << 20, 2, 10) });

    public static readonly Counter ReplayErrors = Metrics.CreateCounter(
        "tempo_ingester_replay_errors_total", "Records of the WAL that could not be replayed.", "tenant");

    public static readonly Gauge RecentBytes = Metrics.CreateGauge(
        "rubato_ingester_recent_bytes", "Memory held by recent spans.", "tenant");

    public static readonly Gauge RecentSpans = Metrics.CreateGauge(
        "rubato_ingester_recent_spans", "Spans in memory that no block holds yet.", "tenant");

    public static readonly Counter CarriedSpans = Metrics.CreateCounter(
        "rubato_ingester_carried_spans_total", "Spans carried over a cut because their trace was still receiving.", "tenant");
}
