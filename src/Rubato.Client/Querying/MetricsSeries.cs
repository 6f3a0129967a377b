namespace Rubato.Client;

/// <summary>Values over time, or one value.</summary>
/// <param name="Labels">What the group has in common.</param>
/// <param name="Samples">By time. An instant query has one, without a time.</param>
/// <param name="Exemplars">Traces behind values.</param>
public sealed record MetricsSeries(IReadOnlyDictionary<string, AttributeValue> Labels, IReadOnlyList<MetricsSample> Samples, IReadOnlyList<MetricsExemplar> Exemplars)
{
    /// <summary>The latest value; NaN where there is none.</summary>
    public double Value => Samples.Count == 0 ? double.NaN : Samples[^1].Value;
}
