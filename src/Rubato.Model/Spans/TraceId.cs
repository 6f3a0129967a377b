using System.Buffers.Binary;
using System.Globalization;

namespace Rubato.Model.Spans;

/// <summary>128-bit trace id, big-endian as on the wire: <see cref="High"/> holds the first 8 bytes.</summary>
public readonly record struct TraceId(ulong High, ulong Low) : IComparable<TraceId>
{
    public const int Size = 16;

    public bool IsZero => (High | Low) == 0;

    /// <summary>Reads 16 bytes. The caller has checked the length.</summary>
    public static TraceId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Parses 1 to 32 hex digits of either case, padded with zeros on the left (spec/http-api.md 1.3).</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out TraceId id)
    {
        id = default;
        if (hex.Length is 0 or > 32) return false;
        var split = Math.Max(0, hex.Length - 16);
        ulong high = 0;
        if (split > 0 && !TryHex(hex[..split], out high)) return false;
        if (!TryHex(hex[split..], out var low)) return false;
        id = new TraceId(high, low);
        return true;
    }

    public int CompareTo(TraceId other)
    {
        var c = High.CompareTo(other.High);
        return c != 0 ? c : Low.CompareTo(other.Low);
    }

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");

    /// <summary>Lower-case hex without leading zeros, the form of search answers; <c>0</c> for the zero id.</summary>
    public string ToShortString() => High == 0
        ? Low.ToString("x", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{High:x}{Low:x16}");

    public static bool operator <(TraceId left, TraceId right) => left.CompareTo(right) < 0;

    public static bool operator >(TraceId left, TraceId right) => left.CompareTo(right) > 0;

    public static bool operator <=(TraceId left, TraceId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TraceId left, TraceId right) => left.CompareTo(right) >= 0;

    // ulong.Parse would also take signs and blanks; ids are digits only.
    private static bool TryHex(ReadOnlySpan<char> hex, out ulong value)
    {
        value = 0;
        foreach (var c in hex)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
            value = (value << 4) | (uint)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        return true;
    }
}
