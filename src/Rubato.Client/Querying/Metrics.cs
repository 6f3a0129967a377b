namespace Rubato.Client;

/// <summary>The answer to a TraceQL metrics query.</summary>
/// <param name="Series">One, or one for each group.</param>
/// <param name="Incomplete">Why values may be inaccurate; null: they are exact.</param>
public sealed record MetricsResult(IReadOnlyList<MetricsSeries> Series, string? Incomplete);

/// <summary>Values over time, or one value.</summary>
/// <param name="Labels">What the group has in common.</param>
/// <param name="Samples">By time. An instant query has one, without a time.</param>
/// <param name="Exemplars">Traces behind values.</param>
public sealed record MetricsSeries(IReadOnlyDictionary<string, AttributeValue> Labels, IReadOnlyList<MetricsSample> Samples, IReadOnlyList<MetricsExemplar> Exemplars)
{
    /// <summary>The latest value; NaN where there is none.</summary>
    public double Value => Samples.Count == 0 ? double.NaN : Samples[^1].Value;
}

/// <summary>A value at a time.</summary>
/// <param name="Time">The end of the interval that it is about; 1970 for an instant query.</param>
/// <param name="Value">Seconds where it is a duration.</param>
public readonly record struct MetricsSample(DateTimeOffset Time, double Value);

/// <summary>A span behind a value.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Time">When.</param>
/// <param name="Value">The span's own value.</param>
/// <param name="Labels">Its attributes.</param>
public sealed record MetricsExemplar(string TraceId, DateTimeOffset Time, double Value, IReadOnlyDictionary<string, AttributeValue> Labels);
