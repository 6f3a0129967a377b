using System.Numerics;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>The power-of-two buckets of histograms and quantiles (spec/traceql.md 13.6).</summary>
internal static class PowerBuckets
{
    /// <summary>Buckets 1 to 63; 0 stands for a value that is dropped.</summary>
    public const int Count = 64;

    /// <summary>The smallest k with 2^k not below the value; 0 for values below 2.</summary>
    public static int Of(long value) => value < 2 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)value - 1);

    public static double Bound(int bucket) => Math.ScaleB(1, bucket);

    /// <summary>The quantile of values counted in buckets; 0 when there are none.</summary>
    /// <param name="counts">Values in each bucket.</param>
    /// <param name="quantile">From 0 to 1.</param>
    public static double Quantile(ReadOnlySpan<long> counts, double quantile)
    {
        var total = 0L;
        foreach (var count in counts) total += count;
        if (total == 0) return 0;
        var want = Math.Max(1, (long)Math.Ceiling(quantile * total));
        var before = 0L;
        var previous = -1;
        for (var k = 0; k < counts.Length; k++)
        {
            if (counts[k] == 0) continue;
            if (before + counts[k] == want) return Bound(k);
            if (before + counts[k] > want)
            {
                var low = previous < 0 ? k - 1 : previous;
                return Math.Pow(2, low + ((k - low) * ((double)(want - before) / counts[k])));
            }

            before += counts[k];
            previous = k;
        }

        return Bound(previous);
    }
}
