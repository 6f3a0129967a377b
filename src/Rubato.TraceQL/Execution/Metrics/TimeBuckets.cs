namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// The intervals of a metrics query (spec/traceql.md 13.3): left-open and right-closed, each shown at its right end. A span
/// belongs to the interval in which it starts.
/// </summary>
/// <param name="StartUnixNano">Left end of the first interval; a span that starts exactly here belongs to none.</param>
/// <param name="StepNano">Width of each; more than 0.</param>
/// <param name="Count">How many.</param>
public readonly record struct TimeBuckets(ulong StartUnixNano, ulong StepNano, int Count)
{
    /// <summary>Right end of the last interval.</summary>
    public ulong EndUnixNano => StartUnixNano + (StepNano * (ulong)Count);

    public double StepSeconds => StepNano / 1e9;

    /// <summary>
    /// Start and end rounded outwards to absolute multiples of the step, and one interval more in front, so that the first sample
    /// stands at the rounded start.
    /// </summary>
    public static TimeBuckets Range(ulong startUnixNano, ulong endUnixNano, ulong stepNano)
    {
        var first = startUnixNano - (startUnixNano % stepNano);
        var last = endUnixNano % stepNano == 0 ? endUnixNano : endUnixNano - (endUnixNano % stepNano) + stepNano;
        var start = first >= stepNano ? first - stepNano : 0;
        return new TimeBuckets(start, stepNano, (int)((last - start) / stepNano));
    }

    /// <summary>One interval over the whole range, as it was asked for.</summary>
    public static TimeBuckets Instant(ulong startUnixNano, ulong endUnixNano) => new(startUnixNano, endUnixNano - startUnixNano, 1);

    /// <summary>The interval in which the moment lies, -1 when in none.</summary>
    public int IndexOf(ulong unixNano)
    {
        if (unixNano <= StartUnixNano) return -1;
        var index = (unixNano - StartUnixNano - 1) / StepNano;
        return index < (ulong)Count ? (int)index : -1;
    }

    public long TimestampMs(int index) => (long)((StartUnixNano + (StepNano * (ulong)(index + 1))) / 1_000_000);
}
