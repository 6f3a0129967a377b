using System.Numerics;

namespace Rubato.Commands;

/// <summary>
/// Latencies in buckets less than one percent wide, whatever their number: 128 linear steps per power of two (64 KB in all).
/// Not safe for several threads at once.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] _buckets = new long[(64 - StepBits) * Steps];

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public void Add(TimeSpan latency)
    {
        _buckets[Bucket(Math.Max(0, latency.Ticks))]++;
        Count++;
        Max = latency > Max ? latency : Max;
    }

    /// <summary>The latency that a share <paramref name="quantile"/> of all stays at or below; zero when there are none.</summary>
    public TimeSpan Percentile(double quantile)
    {
        long rank = (long)Math.Ceiling(quantile * Count);
        long seen = 0;
        for (int i = 0; i < _buckets.Length && Count > 0; i++)
        {
            seen += _buckets[i];
            if (seen >= rank && seen > 0)
            {
                return TimeSpan.FromTicks(Math.Min(UpperTicks(i), Max.Ticks));
            }
        }

        return TimeSpan.Zero;
    }

    private static int Bucket(long ticks)
    {
        int shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)ticks) - StepBits);
        return (shift * Steps) + (int)(ticks >> shift);
    }

    private static long UpperTicks(int bucket)
    {
        int shift = Math.Max(0, (bucket / Steps) - 1);
        return ((bucket - (shift * Steps) + 1L) << shift) - 1;
    }
}
