using System.Buffers.Binary;
using System.Text;

namespace Rubato.Commands.Load;

/// <summary>Writes protobuf fields into a growing buffer and tells where the bytes went, so that they can be patched later.</summary>
internal sealed class ProtoWriter
{
    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Varint(int field, ulong value)
    {
        Raw((ulong)field << 3);
        Raw(value);
    }

    /// <summary>A fixed64 field of zero; returns where its eight bytes are.</summary>
    public int Fixed64(int field)
    {
        Raw(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), 0);
        return Length - 8;
    }

    /// <summary>A length-delimited field; returns where its content begins.</summary>
    public int Bytes(int field, ReadOnlySpan<byte> content)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)content.Length);
        content.CopyTo(Reserve(content.Length));
        return Length - content.Length;
    }

    public int Text(int field, string text)
    {
        Span<byte> utf8 = stackalloc byte[512];
        return Bytes(field, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
        }

        Reserve(1)[0] = (byte)value;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }

        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
