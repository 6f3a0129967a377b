using System.Buffers.Binary;
using System.Globalization;

namespace Rubato.Model.Spans;

/// <summary>64-bit span id, big-endian as on the wire. Zero means "none" (an absent parent).</summary>
public readonly record struct SpanId(ulong Value) : IComparable<SpanId>
{
    public const int Size = 8;

    public bool IsZero => Value == 0;

    /// <summary>Reads 8 bytes. The caller has checked the length.</summary>
    public static SpanId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    public int CompareTo(SpanId other) => Value.CompareTo(other.Value);

    /// <summary>16 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    public static bool operator <(SpanId left, SpanId right) => left.Value < right.Value;

    public static bool operator >(SpanId left, SpanId right) => left.Value > right.Value;

    public static bool operator <=(SpanId left, SpanId right) => left.Value <= right.Value;

    public static bool operator >=(SpanId left, SpanId right) => left.Value >= right.Value;
}
