using System.Buffers;
using System.Buffers.Binary;

namespace Rubato.Query.Encoding;

/// <summary>Writes protobuf messages of the query API; zero and empty members are left out, as proto3 does.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Varint(int field, ulong value)
    {
        if (value == 0) return;
        Raw((ulong)field << 3);
        Raw(value);
    }

    public void Double(int field, double value)
    {
        Raw(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void String(int field, string value)
    {
        if (value.Length > 0) Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Written even when empty: a member of a oneof or an element of a list.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _buffer.Write(value);
    }

    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Bytes(field, inner._buffer.WrittenSpan);
    }

    /// <summary>A varint member that is written even when it is 0 (oneof).</summary>
    public void VarintAlways(int field, ulong value)
    {
        Raw((ulong)field << 3);
        Raw(value);
    }

    private void Raw(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        _buffer.Advance(i);
    }
}
