using System.Buffers.Binary;
using System.Text;

namespace Rubato.Testing.Jaeger;

/// <summary>The two wire forms of Thrift (spec/wire-formats.md 3.2), written plainly.</summary>
public abstract class ThriftWriter
{
    public const int Bool = 2, Double = 4, I16 = 6, I32 = 8, I64 = 10, Text = 11, Struct = 12, List = 15;

    protected List<byte> Output { get; } = [];

    public byte[] ToArray() => [.. Output];

    public abstract void Message(string name);

    public abstract void BeginStruct();

    public abstract void EndStruct();

    public abstract void Field(int id, int type);

    public abstract void BeginList(int elementType, int count);

    public abstract void Number(int type, long value);

    public abstract void Real(double value);

    public abstract void Bytes(ReadOnlySpan<byte> value);

    public abstract void BoolField(int id, bool value);

    public void TextField(int id, string value)
    {
        Field(id, Text);
        Bytes(Encoding.UTF8.GetBytes(value));
    }

    public void NumberField(int id, int type, long value)
    {
        Field(id, type);
        Number(type, value);
    }
}

public sealed class ThriftBinaryWriter : ThriftWriter
{
    public override void Message(string name)
    {
        Big(unchecked((int)0x80010004), 4);
        Bytes(Encoding.UTF8.GetBytes(name));
        Big(0, 4);
    }

    public override void BeginStruct()
    {
    }

    public override void EndStruct() => Output.Add(0);

    public override void Field(int id, int type)
    {
        Output.Add((byte)type);
        Big(id, 2);
    }

    public override void BeginList(int elementType, int count)
    {
        Output.Add((byte)elementType);
        Big(count, 4);
    }

    public override void Number(int type, long value) => Big(value, type switch { I16 => 2, I32 => 4, _ => 8 });

    public override void Real(double value) => Big(BitConverter.DoubleToInt64Bits(value), 8);

    public override void Bytes(ReadOnlySpan<byte> value)
    {
        Big(value.Length, 4);
        Output.AddRange(value);
    }

    public override void BoolField(int id, bool value)
    {
        Field(id, Bool);
        Output.Add(value ? (byte)1 : (byte)0);
    }

    private void Big(long value, int bytes)
    {
        for (var i = bytes - 1; i >= 0; i--) Output.Add((byte)(value >> (8 * i)));
    }
}

public sealed class ThriftCompactWriter : ThriftWriter
{
    private readonly Stack<int> _last = [];

    public override void Message(string name)
    {
        Output.AddRange([0x82, (4 << 5) | 1]);
        Varint(7);
        Bytes(Encoding.UTF8.GetBytes(name));
    }

    public override void BeginStruct() => _last.Push(0);

    public override void EndStruct()
    {
        _last.Pop();
        Output.Add(0);
    }

    public override void Field(int id, int type) => Head(id, Compact(type));

    public override void BeginList(int elementType, int count)
    {
        Output.Add((byte)((Math.Min(count, 15) << 4) | Compact(elementType)));
        if (count >= 15) Varint((ulong)count);
    }

    public override void Number(int type, long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public override void Real(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Output.AddRange(bytes);
    }

    public override void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        Output.AddRange(value);
    }

    public override void BoolField(int id, bool value) => Head(id, value ? 1 : 2);

    private void Head(int id, int compactType)
    {
        var delta = id - _last.Pop();
        _last.Push(id);
        if (delta is > 0 and < 16)
        {
            Output.Add((byte)((delta << 4) | compactType));
            return;
        }

        Output.Add((byte)compactType);
        Number(I16, id);
    }

    private static int Compact(int type) => type switch { I16 => 4, I32 => 5, I64 => 6, Double => 7, Text => 8, List => 9, Struct => 12, _ => throw new ArgumentOutOfRangeException(nameof(type)) };

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Output.Add((byte)(value | 0x80));
        Output.Add((byte)value);
    }
}
