namespace Rubato.Model.Scanning;

/// <summary>Closed range of OTLP times, nanoseconds since 1970 UTC, unsigned as on the wire.</summary>
public readonly record struct TimeRange(ulong StartUnixNano, ulong EndUnixNano)
{
    public static TimeRange All { get; } = new(0, ulong.MaxValue);

    public bool Overlaps(TimeRange other) => StartUnixNano <= other.EndUnixNano && EndUnixNano >= other.StartUnixNano;
}
