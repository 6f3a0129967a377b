namespace Rubato.Ingest.Generator;

/// <summary>
/// Prometheus' native histogram: bucket i of schema s holds (2^((i-1)/2^s), 2^(i/2^s)] (spec/wire-formats.md 7.1). Begins at schema 3 (factor 1.09) and halves its resolution
/// when it has more than 100 buckets.
/// </summary>
internal sealed class NativeHistogram
{
    private const int MaxBuckets = 100;

    /// <summary>2^-128, the client library's default.</summary>
    public const double ZeroThreshold = 2.938735877055719e-39;

    public int Schema { get; private set; } = 3;

    public SortedDictionary<int, long> Buckets { get; private set; } = [];

    public long ZeroCount { get; private set; }

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public void Observe(double value, double multiplier)
    {
        var times = (long)Math.Ceiling(multiplier);
        Count += times;
        Sum += value * times;
        if (value <= ZeroThreshold)
        {
            ZeroCount += times;
            return;
        }

        var index = (int)Math.Ceiling(Math.ScaleB(Math.Log2(value), Schema));
        Buckets[index] = Buckets.GetValueOrDefault(index) + times;
        while (Buckets.Count > MaxBuckets && Schema > -4) Halve();
    }

    private void Halve()
    {
        var half = new SortedDictionary<int, long>();
        foreach (var (index, count) in Buckets)
        {
            var wider = (int)Math.Ceiling(index / 2.0);
            half[wider] = half.GetValueOrDefault(wider) + count;
        }

        Buckets = half;
        Schema--;
    }
}
