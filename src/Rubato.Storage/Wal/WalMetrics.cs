using Prometheus;

namespace Rubato.Storage.Wal;

internal static class WalMetrics
{
    public static readonly Counter Records = Metrics.CreateCounter("rubato_wal_records_total", "Records written to the WAL.");

    public static readonly Counter Bytes = Metrics.CreateCounter("rubato_wal_bytes_total", "Bytes written to the WAL, frames included.");

    public static readonly Counter Failures = Metrics.CreateCounter(
        "rubato_wal_failures_total", "Appends that were refused or failed; senders were told to retry where that helps.", "reason");

    public static readonly Histogram SyncSeconds = Metrics.CreateHistogram(
        "rubato_wal_fsync_duration_seconds", "Time of each fsync of a WAL segment.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0001, 2, 16) });

    public static readonly Gauge Segments = Metrics.CreateGauge("rubato_wal_segments", "Segment files of the WAL.");

    public static readonly Counter ReplayedRecords = Metrics.CreateCounter("rubato_wal_replayed_records_total", "Records read back at start.");

    public static readonly Counter TornTails = Metrics.CreateCounter(
        "rubato_wal_torn_tails_total", "Segments whose unfinished last write was cut off at start.");

    public static readonly Counter Damages = Metrics.CreateCounter(
        "rubato_wal_damages_total", "Damaged stretches of WAL segments that were skipped and set aside at start.");

    public static readonly Gauge ForeignEntries = Metrics.CreateGauge(
        "rubato_wal_foreign_entries", "Entries of a Tempo's WAL that lay in storage.trace.wal.path at start: left alone.");
}
