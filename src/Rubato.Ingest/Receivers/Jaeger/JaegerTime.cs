namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>Times in nanoseconds since 1970, kept within what OTLP can say: nonsense stays nonsense but never wraps around.</summary>
internal static class JaegerTime
{
    public static ulong FromMicroseconds(long microseconds) => Clamp((Int128)microseconds * 1000);

    public static ulong FromSeconds(long seconds, long nanoseconds) => Clamp(((Int128)seconds * 1_000_000_000) + nanoseconds);

    public static ulong Add(ulong start, Int128 durationNanoseconds) => Clamp(start + durationNanoseconds);

    private static ulong Clamp(Int128 nanoseconds) => nanoseconds <= 0 ? 0 : nanoseconds >= long.MaxValue ? long.MaxValue : (ulong)nanoseconds;
}
