using System.Numerics;
using System.Runtime.InteropServices;

namespace Rubato.Query.ServiceGraph;

/// <summary>Durations in buckets of a sixteenth of a power of two: a quantile is within 3 % of the true one.</summary>
internal sealed class DurationSketch
{
    private readonly Dictionary<int, long> _buckets = [];

    public long Calls { get; private set; }

    public long Failed { get; private set; }

    public double SumNano { get; private set; }

    public void Add(long nano, bool failed)
    {
        nano = Math.Max(nano, 0);
        Calls++;
        if (failed) Failed++;
        SumNano += nano;
        CollectionsMarshal.GetValueRefOrAddDefault(_buckets, BucketOf((ulong)nano), out _)++;
    }

    public void Add(DurationSketch other)
    {
        Calls += other.Calls;
        Failed += other.Failed;
        SumNano += other.SumNano;
        foreach (var (index, count) in other._buckets) CollectionsMarshal.GetValueRefOrAddDefault(_buckets, index, out _) += count;
    }

    /// <summary>The middle of the bucket in which the quantile lies, nanoseconds.</summary>
    public double Quantile(double q)
    {
        var rank = (long)Math.Ceiling(q * Calls);
        foreach (var (index, count) in _buckets.OrderBy(b => b.Key))
        {
            rank -= count;
            if (rank <= 0) return Middle(index);
        }

        return 0;
    }

    private static int BucketOf(ulong nano)
    {
        if (nano < 32) return (int)nano;
        var power = BitOperations.Log2(nano);
        return (power * 16) + (int)((nano >> (power - 4)) & 15) - 48;
    }

    private static double Middle(int index)
    {
        if (index < 32) return index;
        var (power, part) = Math.DivRem(index + 48, 16);
        return Math.ScaleB(16 + part + 0.5, power - 4);
    }
}
