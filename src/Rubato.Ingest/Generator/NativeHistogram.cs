namespace Rubato.Ingest.Generator;

/// <summary>
/// Prometheus' native histogram: bucket i of schema s holds (2^((i-1)/2^s), 2^(i/2^s)] (spec/wire-formats.md 7.1). Begins as fine as the options ask, and halves its resolution when it
/// has too many buckets.
/// </summary>
internal sealed class NativeHistogram(NativeHistogramOptions options)
{
    /// <summary>2^-128, the client library's default.</summary>
    public const double ZeroThreshold = 2.938735877055719e-39;

    private readonly int _maxBuckets = options.MaxBuckets > 0 ? options.MaxBuckets : int.MaxValue;
    private long _sinceMs;

    public int Schema { get; private set; } = options.Schema;

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
        while (Buckets.Count > _maxBuckets && Schema > -4) Halve();
    }

    /// <summary>
    /// After it was sent: one that lost resolution long enough ago begins anew with all of it. Nothing is lost by that, and Prometheus sees the finer schema and takes it for the reset that
    /// it is.
    /// </summary>
    public void Renew(long nowMs)
    {
        if (_sinceMs == 0) _sinceMs = nowMs;
        if (Schema == options.Schema || options.MinReset <= TimeSpan.Zero || nowMs - _sinceMs < (long)options.MinReset.TotalMilliseconds) return;
        (Schema, Buckets, ZeroCount, Count, Sum, _sinceMs) = (options.Schema, [], 0, 0, 0, nowMs);
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
