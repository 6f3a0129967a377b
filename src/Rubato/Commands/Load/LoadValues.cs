using System.Runtime.CompilerServices;

namespace Rubato.Commands.Load;

/// <summary>
/// What changes with each sending, as a function of (seed, trace number, span index): ids, times and high-cardinality values.
/// The writer of requests and <see cref="LoadTrace"/> both read from here, so they cannot disagree.
/// </summary>
internal static class LoadValues
{
    // Each span owns this many consecutive numbers of its trace's key; the trace itself owns those before.
    private const ulong NumbersPerSpan = 5;
    private const int TableBits = 12;

    private static readonly long[] RootDurations = LogUniform(lowNanos: 20_000_000, highNanos: 3_000_000_000);
    private static readonly long[] OtherDurations = LogUniform(lowNanos: 100_000, highNanos: 40_000_000);

    public static ulong TraceKey(ulong seed, long trace) => LoadRandom.At(LoadRandom.Mix(seed ^ 0x5261_7465_4F66_4C64), (ulong)trace);

    // The low half alone tells traces of one seed apart: At is a bijection of the trace number.
    public static (ulong High, ulong Low) TraceId(ulong key) => (LoadRandom.At(key, 0), key == 0 ? 1 : key);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SpanId(ulong key, int span)
    {
        ulong id = LoadRandom.At(key, Base(span));
        return id == 0 ? 1 : id;
    }

    /// <summary>How long after its parent a span starts (10 us to 2 ms; 0 for a root), and how long it lasts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (long DelayNanos, long DurationNanos) Timing(ulong key, int span, bool root)
    {
        ulong bits = LoadRandom.At(key, Base(span) + 1);
        long delay = root ? 0 : 10_000 + LoadRandom.Below(1_990_001, (uint)(bits >> 32));
        return (delay, Interpolate(root ? RootDurations : OtherDurations, (uint)bits));
    }

    /// <summary>Two independent groups of 32 bits: for the user's number and for the digits of a url or a statement.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint User, uint Digits) Numbers(ulong key, int span)
    {
        ulong bits = LoadRandom.At(key, Base(span) + 2);
        return ((uint)bits, (uint)(bits >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong High, ulong Low) RequestId(ulong key, int span) =>
        (LoadRandom.At(key, Base(span) + 3), LoadRandom.At(key, Base(span) + 4));

    private static ulong Base(int span) => 1 + ((ulong)span * NumbersPerSpan);

    // A table with linear steps instead of Math.Exp per span: 2 ns against 20, and off by less than one part in 10,000.
    private static long Interpolate(long[] table, uint bits)
    {
        int index = (int)(bits >> (32 - TableBits));
        long fraction = bits & ((1u << (32 - TableBits)) - 1);
        return table[index] + (((table[index + 1] - table[index]) * fraction) >> (32 - TableBits));
    }

    private static long[] LogUniform(long lowNanos, long highNanos)
    {
        var table = new long[(1 << TableBits) + 1];
        double ratio = Math.Log((double)highNanos / lowNanos);
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (long)(lowNanos * Math.Exp(ratio * i / (1 << TableBits)));
        }

        return table;
    }
}
