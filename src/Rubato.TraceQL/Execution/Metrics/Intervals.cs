using System.Numerics;
using Rubato.Model;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>The interval of each row, from the starts of spans.</summary>
internal static class Intervals
{
    /// <param name="starts">Span starts in nanoseconds.</param>
    /// <param name="buckets">The query's intervals.</param>
    /// <param name="selected">The rows that count; null for all.</param>
    /// <param name="intervals">For each row its interval, -1 for rows that lie in none or do not count.</param>
    public static void Find(ReadOnlySpan<long> starts, TimeBuckets buckets, Selection? selected, Span<int> intervals)
    {
        // A multiplication and a correction: a third of the time of a 64-bit division. Exact below 2^53 ns, which is 104 days.
        var exact = buckets.EndUnixNano - buckets.StartUnixNano < 1UL << 53;
        var done = exact && Acceleration.IsEnabled && Vector.IsHardwareAccelerated ? FindVectors(starts, buckets, intervals) : 0;
        FindPlain(starts[done..], buckets, exact, intervals[done..]);
        if (selected is not null) Keep(intervals, selected);
    }

    // As below, several at a time: the number of rows done.
    private static int FindVectors(ReadOnlySpan<long> starts, TimeBuckets buckets, Span<int> intervals)
    {
        var (first, length, step) = (new Vector<long>((long)buckets.StartUnixNano + 1), new Vector<long>((long)(buckets.EndUnixNano - buckets.StartUnixNano)), new Vector<long>((long)buckets.StepNano));
        var perStep = new Vector<double>(1.0 / buckets.StepNano);
        var i = 0;
        for (; i <= starts.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var low = Of(new Vector<long>(starts[i..]));
            var high = Of(new Vector<long>(starts[(i + Vector<long>.Count)..]));
            Vector.Narrow(low, high).CopyTo(intervals[i..]);
        }

        return i;

        Vector<long> Of(Vector<long> start)
        {
            var offset = start - first;
            var index = Vector.ConvertToInt64(Vector.ConvertToDouble(offset) * perStep);
            var rest = offset - (index * step);
            // A comparison that holds is -1.
            index += Vector.LessThan(rest, Vector<long>.Zero);
            index -= Vector.GreaterThanOrEqual(rest, step);
            return Vector.ConditionalSelect(Vector.GreaterThanOrEqual(offset, Vector<long>.Zero) & Vector.LessThan(offset, length), index, new Vector<long>(-1));
        }
    }

    private static void FindPlain(ReadOnlySpan<long> starts, TimeBuckets buckets, bool exact, Span<int> intervals)
    {
        var (first, last, step) = ((long)buckets.StartUnixNano, (long)buckets.EndUnixNano, (long)buckets.StepNano);
        var perStep = 1.0 / step;
        for (var i = 0; i < starts.Length; i++)
        {
            var start = starts[i];
            if (start <= first || start > last)
            {
                intervals[i] = -1;
                continue;
            }

            var offset = start - first - 1;
            var index = exact ? (long)(offset * perStep) : offset / step;
            var rest = offset - (index * step);
            if (rest < 0) index--;
            else if (rest >= step) index++;
            intervals[i] = (int)index;
        }
    }

    private static void Keep(Span<int> intervals, Selection selected)
    {
        var words = selected.Words;
        for (var at = 0; at < words.Length; at++)
        {
            if (words[at] == ulong.MaxValue) continue;
            var end = Math.Min(intervals.Length, (at + 1) << 6);
            for (var row = at << 6; row < end; row++)
            {
                if ((words[at] >> row & 1) == 0) intervals[row] = -1;
            }
        }
    }
}
