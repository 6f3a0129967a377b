using Prometheus;

namespace Rubato.Storage.Compaction;

/// <summary>Tempo's names where it has the metric (spec: operations, 15.2).</summary>
internal static class CompactionMetrics
{
    public static readonly Counter Blocks = Metrics.CreateCounter("tempodb_compaction_blocks_total", "Blocks that were merged into others.", "level");

    public static readonly Counter ObjectsWritten = Metrics.CreateCounter("tempodb_compaction_objects_written_total", "Traces in merged blocks.", "level");

    public static readonly Counter BytesWritten = Metrics.CreateCounter("tempodb_compaction_bytes_written_total", "Bytes of merged blocks.", "level");

    public static readonly Counter ObjectsCombined = Metrics.CreateCounter(
        "tempodb_compaction_objects_combined_total", "Traces that lay in several blocks and lie in one now.", "level");

    public static readonly Counter SpansWritten = Metrics.CreateCounter("rubato_compaction_spans_written_total", "Spans in merged blocks.", "level");

    public static readonly Counter DuplicateSpans = Metrics.CreateCounter(
        "rubato_compaction_duplicate_spans_total", "Spans left out because the same span (trace id, span id, kind, start) was there already.", "tenant");

    public static readonly Counter Errors = Metrics.CreateCounter("tempodb_compaction_errors_total", "Merges that failed; each is tried again.");

    public static readonly Gauge Outstanding = Metrics.CreateGauge("tempodb_compaction_outstanding_blocks", "Blocks that wait to be merged.", "tenant");

    public static readonly Histogram Seconds = Metrics.CreateHistogram(
        "rubato_compaction_duration_seconds", "Time of each merge, rests included.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.25, 2, 12) });
}
