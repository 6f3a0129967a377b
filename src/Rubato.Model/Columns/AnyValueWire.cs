using System.Buffers;

namespace Rubato.Model.Columns;

/// <summary>
/// Writes OTLP KeyValue messages for the overflow column (spec/wire-formats.md 1.2: KeyValue{1 key, 2 value},
/// AnyValue{1 string, 2 bool, 3 int, 4 double}). Each is written as field 1, as in KeyValueList.
/// </summary>
public readonly record struct AnyValueWire(byte Tag)
{
    public static readonly AnyValueWire String = new(0x0A);
    public static readonly AnyValueWire Bool = new(0x10);
    public static readonly AnyValueWire Int = new(0x18);
    public static readonly AnyValueWire Double = new(0x21);

    /// <summary>The value is a whole AnyValue message already.</summary>
    public static readonly AnyValueWire Message = new(0);

    public static int WriteVarint(Span<byte> destination, ulong value)
    {
        var i = 0;
        while (value >= 0x80)
        {
            destination[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[i++] = (byte)value;
        return i;
    }

    public static int VarintSize(ulong value) => ((63 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7) + 1;

    public static void WriteKeyValue(IBufferWriter<byte> writer, ReadOnlySpan<byte> key, AnyValueWire kind, ReadOnlySpan<byte> value)
    {
        var any = kind == Message ? value.Length
            : kind == String ? 1 + VarintSize((ulong)value.Length) + value.Length
            : 1 + value.Length;
        var body = 1 + VarintSize((ulong)key.Length) + key.Length + 1 + VarintSize((ulong)any) + any;
        var span = writer.GetSpan(1 + 10 + body);
        var i = 0;
        span[i++] = 0x0A;
        i += WriteVarint(span[i..], (ulong)body);
        span[i++] = 0x0A;
        i += WriteVarint(span[i..], (ulong)key.Length);
        key.CopyTo(span[i..]);
        i += key.Length;
        span[i++] = 0x12;
        i += WriteVarint(span[i..], (ulong)any);
        if (kind != Message)
        {
            span[i++] = kind.Tag;
            if (kind == String) i += WriteVarint(span[i..], (ulong)value.Length);
        }

        value.CopyTo(span[i..]);
        writer.Advance(i + value.Length);
    }
}
