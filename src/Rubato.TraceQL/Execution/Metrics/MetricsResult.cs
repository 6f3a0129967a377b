using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Metrics;

/// <param name="Buckets">The intervals, to which the values of each series belong.</param>
/// <param name="Series">By number of labels, then by their text.</param>
/// <param name="Message">Why the answer is partial (a limit was met); null when it is whole.</param>
/// <param name="Metrics">What it took.</param>
/// <param name="Problems">What is missing (damaged segments by name).</param>
public sealed record MetricsResult(
    TimeBuckets Buckets, IReadOnlyList<MetricsSeries> Series, string? Message, SearchMetrics Metrics, IReadOnlyList<string> Problems)
{
    public QueryReceipt Receipt { get; init; } = QueryReceipt.Empty;
}

/// <param name="Labels">In the order in which the query names them.</param>
/// <param name="Values">One for each interval; NaN where there is no sample.</param>
/// <param name="Exemplars">Spans behind the series, oldest first.</param>
public sealed record MetricsSeries(
    IReadOnlyList<KeyValuePair<string, AttributeValue>> Labels, double[] Values, IReadOnlyList<MetricsExemplar> Exemplars);

/// <param name="Labels">The trace's id and the fields that the query read of the span.</param>
/// <param name="Value">The span's value, or the series' one where spans are counted.</param>
/// <param name="TimestampMs">When the span started.</param>
public sealed record MetricsExemplar(IReadOnlyList<KeyValuePair<string, AttributeValue>> Labels, double Value, long TimestampMs)
{
    internal int Interval { get; init; }
}
