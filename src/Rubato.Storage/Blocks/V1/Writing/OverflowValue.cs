using System.Buffers;
using System.Buffers.Binary;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>A value in an overflow list by the type that its column would have (the rule of <see cref="OverflowColumn.Read"/>).</summary>
internal readonly ref struct OverflowValue
{
    private OverflowValue(ColumnType type, ReadOnlySpan<byte> bytes, long bits)
    {
        Type = type;
        Bytes = bytes;
        Bits = bits;
    }

    public ColumnType Type { get; }

    /// <summary>The text of a string, the message of Any.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The value of the other types.</summary>
    public long Bits { get; }

    public static OverflowValue Read(ReadOnlySpan<byte> anyValue)
    {
        var reader = new WireReader(anyValue);
        if (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (1, 2) when reader.TryReadBytes(out var text):
                    return new OverflowValue(ColumnType.String, text, 0);
                case (2, 0) when reader.TryReadVarint(out var flag):
                    return new OverflowValue(ColumnType.Bool, default, flag != 0 ? 1 : 0);
                case (3, 0) when reader.TryReadVarint(out var number):
                    return new OverflowValue(ColumnType.Int64, default, (long)number);
                case (4, 1) when reader.TryReadFixed64(out var bits):
                    return new OverflowValue(ColumnType.Double, default, (long)bits);
            }
        }

        return new OverflowValue(ColumnType.Any, anyValue, 0);
    }

    /// <summary>Writes the i-th value of a column as a KeyValue of an overflow list.</summary>
    public static void Write(ArrayBufferWriter<byte> list, ReadOnlySpan<byte> key, ColumnVector values, int index)
    {
        Span<byte> raw = stackalloc byte[10];
        switch (values)
        {
            case StringVector strings:
                AnyValueWire.WriteKeyValue(list, key, strings.Type == ColumnType.Any ? AnyValueWire.Message : AnyValueWire.String, strings[index]);
                break;
            case Int64Vector numbers:
                AnyValueWire.WriteKeyValue(list, key, AnyValueWire.Int, raw[..AnyValueWire.WriteVarint(raw, (ulong)numbers.Values[index])]);
                break;
            case DoubleVector doubles:
                BinaryPrimitives.WriteDoubleLittleEndian(raw, doubles.Values[index]);
                AnyValueWire.WriteKeyValue(list, key, AnyValueWire.Double, raw[..8]);
                break;
            case BoolVector bools:
                AnyValueWire.WriteKeyValue(list, key, AnyValueWire.Bool, [bools.Values[index] ? (byte)1 : (byte)0]);
                break;
            default:
                throw new NotSupportedException(values.GetType().Name);
        }
    }
}
