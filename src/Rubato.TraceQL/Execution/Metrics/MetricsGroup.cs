namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>What is known so far of the spans with one combination of labels, interval by interval.</summary>
internal sealed class MetricsGroup(int intervals)
{
    private readonly long[]?[] _buckets = new long[]?[PowerBuckets.Count];

    /// <summary>Spans, or those of them that have a number.</summary>
    public long[] Counts { get; } = new long[intervals];

    /// <summary>Smallest, largest or sum of the numbers; means nothing where the count is 0.</summary>
    public double[]? Numbers { get; private set; }

    public List<FoundExemplar> Exemplars { get; } = [];

    /// <summary>Spans of a power-of-two bucket, null where there are none at all.</summary>
    public long[]? Bucket(int bucket) => _buckets[bucket];

    public long[] BucketOrNew(int bucket) => _buckets[bucket] ??= new long[intervals];

    public double[] NumbersOrNew() => Numbers ??= new double[intervals];
}

/// <summary>A span that may be shown behind a series.</summary>
/// <param name="Interval">In which it starts.</param>
/// <param name="Number">Its value, in the unit of the series; NaN where spans are only counted.</param>
/// <param name="Bucket">Its power-of-two bucket, 0 for none.</param>
/// <param name="Exemplar">What is shown.</param>
internal readonly record struct FoundExemplar(int Interval, double Number, int Bucket, MetricsExemplar Exemplar);
