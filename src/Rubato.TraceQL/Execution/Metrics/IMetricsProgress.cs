namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// Follows a metrics query that still runs. It is told of samples once no unread segment can hold a span of their interval, so none of them
/// changes any more: the answer has the same ones. Called by one thread at a time.
/// </summary>
public interface IMetricsProgress
{
    /// <summary>Whether a report is wanted now; asked after each step of the query.</summary>
    bool IsDue { get; }

    /// <param name="certain">The intervals that became certain since the last report, later ones first; null when there are none.</param>
    /// <param name="metrics">What was done so far.</param>
    /// <param name="segmentCount">All segments of the query, scanned or not.</param>
    ValueTask ReportAsync(CertainIntervals? certain, SearchMetrics metrics, int segmentCount);
}

/// <param name="Series">What is known of the whole range; only the samples of these intervals are certain. Without exemplars: those are chosen at the end.</param>
/// <param name="Buckets">All intervals of the query.</param>
/// <param name="First">The first of the certain ones.</param>
/// <param name="End">The first after them.</param>
public sealed record CertainIntervals(IReadOnlyList<MetricsSeries> Series, TimeBuckets Buckets, int First, int End);
