using Rubato.Model.Scanning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// Which intervals of a running query nothing can change any more. Segments are read latest first, so certainty grows from the end of the range.
/// </summary>
/// <param name="request">The query.</param>
/// <param name="rowsTell">Each span is decided by its own row: no span of a segment that was read is observed later.</param>
internal sealed class IntervalCertainty(MetricsRequest request, bool rowsTell)
{
    private readonly bool _canTell = rowsTell && !RanksZeros(request.Query.Metrics!);
    private int _reported = request.Buckets.Count;

    /// <summary>Order in which certainty grows fastest.</summary>
    public static IEnumerable<int> LatestFirst(IEnumerable<int> segments, IReadOnlyList<ISpanSegment> all) =>
        segments.OrderByDescending(i => all[i].TimeRange.EndUnixNano);

    /// <summary>The intervals that became certain, or an empty range.</summary>
    /// <param name="latestUnreadUnixNano">No unread span starts later; 0 when all have been read.</param>
    public (int First, int End) Next(ulong latestUnreadUnixNano)
    {
        var (buckets, end) = (request.Buckets, _reported);
        if (!_canTell) return (end, end);
        // The interval of the latest unread span is the last uncertain one.
        var first = latestUnreadUnixNano <= buckets.StartUnixNano ? 0
            : latestUnreadUnixNano > buckets.EndUnixNano ? buckets.Count
            : buckets.IndexOf(latestUnreadUnixNano) + 1;
        _reported = Math.Min(first, end);
        return (_reported, end);
    }

    // Where an interval without spans has the sample 0, a series that is found later takes part in every interval's ranking.
    private static bool RanksZeros(MetricsPipeline metrics) => metrics.Second.Any(s => s is MetricsRankStage) && metrics.First is not MetricsAggregateStage
    {
        Function: MetricsFunction.MinOverTime or MetricsFunction.MaxOverTime or MetricsFunction.SumOverTime or MetricsFunction.AvgOverTime,
    };
}
