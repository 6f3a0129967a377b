using System.Buffers.Binary;
using System.Text;

namespace Samples.JaegerAndZipkinSenders;

/// <summary>Structs in Thrift's binary protocol: a field is type (1 byte), number (2), value; a zero byte ends a struct. Big endian throughout.</summary>
internal sealed class ThriftWriter
{
    public const byte Struct = 12;
    private const byte Boolean = 2;
    private const byte Int32 = 8;
    private const byte Int64 = 10;
    private const byte String = 11;
    private const byte ListType = 15;

    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public void Field(short number, byte type)
    {
        _bytes.WriteByte(type);
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, number);
        _bytes.Write(bytes);
    }

    public void Stop() => _bytes.WriteByte(0);

    public void Text(short number, string text)
    {
        Field(number, String);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Raw(utf8.Length);
        _bytes.Write(utf8);
    }

    public void Int(short number, int value)
    {
        Field(number, Int32);
        Raw(value);
    }

    public void Number(short number, long value)
    {
        Field(number, Int64);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void Flag(short number, bool value)
    {
        Field(number, Boolean);
        _bytes.WriteByte(value ? (byte)1 : (byte)0);
    }

    public void List(short number, byte elementType, int count)
    {
        Field(number, ListType);
        _bytes.WriteByte(elementType);
        Raw(count);
    }

    private void Raw(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.Write(bytes);
    }
}
