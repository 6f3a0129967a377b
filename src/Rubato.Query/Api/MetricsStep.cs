using System.Globalization;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Metrics;

namespace Rubato.Query.Api;

/// <summary>Steps of range queries: read, chosen, and made into intervals (spec/traceql.md 13.3 and 13.4).</summary>
internal static class MetricsStep
{
    private const ulong Millisecond = 1_000_000;
    private const ulong Second = 1_000_000_000;
    private const int IntervalsByDefault = 240;

    /// <summary>Bounds what a query holds of each series, whatever the configuration allows.</summary>
    private const int MostIntervals = 1_000_000;

    private static readonly ulong[] Granularities = [3600 * Second, 300 * Second, 60 * Second, 15 * Second, 5 * Second, Second];

    /// <summary>Seconds as a number, or a duration; in nanoseconds.</summary>
    public static ulong Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e9) return (ulong)Math.Round(seconds * Second);
        if (!GoDuration.TryParse(text, out var step) && !GoDuration.TryParsePrometheus(text, out step)) throw ApiException.BadRequest($"cannot parse \"{text}\" to a valid duration");
        return step > TimeSpan.Zero ? (ulong)step.Ticks * 100 : 0;
    }

    /// <summary>About 240 intervals of a round width.</summary>
    public static ulong Default(TimeRange range)
    {
        var delta = range.EndUnixNano - range.StartUnixNano;
        var wanted = delta / IntervalsByDefault;
        if (delta < 60 * Second) return Math.Max(50 * Millisecond, wanted / (50 * Millisecond) * (50 * Millisecond));
        foreach (var granularity in Granularities)
        {
            if (wanted > granularity) return wanted / granularity * granularity;
        }

        return Second;
    }

    /// <param name="range">As asked for.</param>
    /// <param name="stepNano">The step.</param>
    /// <param name="maxIntervals">More are refused; 0 for no limit but the one that memory sets.</param>
    public static TimeBuckets Buckets(TimeRange range, ulong stepNano, int maxIntervals)
    {
        var most = (ulong)(maxIntervals > 0 ? Math.Min(maxIntervals, MostIntervals) : MostIntervals);
        var smallest = (range.EndUnixNano - range.StartUnixNano) / most;
        if (stepNano == 0 || stepNano < smallest)
            throw new ApiException(400, $"step of {Text(stepNano)} is too small, minimum step for given range is {Text(smallest)}") { IsUnknownOverGrpc = true };
        // A step beyond this would leave the numbers that time is counted in.
        if (stepNano > long.MaxValue / 4) throw ApiException.BadRequest($"step of {Text(stepNano)} is too large");
        return TimeBuckets.Range(range.StartUnixNano, range.EndUnixNano, stepNano);
    }

    /// <summary>Leaves out the intervals that are not over at the moment.</summary>
    public static TimeBuckets EndBefore(TimeBuckets buckets, ulong unixNano) =>
        buckets.EndUnixNano <= unixNano ? buckets : buckets with { Count = unixNano <= buckets.StartUnixNano ? 0 : (int)((unixNano - buckets.StartUnixNano) / buckets.StepNano) };

    private static string Text(ulong nanos) => nanos < Millisecond ? $"{nanos}ns" : nanos < Second ? $"{nanos / 1e6:0.######}ms" : GoDuration.Format(TimeSpan.FromTicks((long)Math.Min(nanos / 100, long.MaxValue)));
}
