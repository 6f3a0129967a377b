using System.Buffers.Binary;
using System.Text;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>Reads the parts of index.bin; every length is checked against what is left.</summary>
internal ref struct IndexReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Bytes(1)[0];

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        throw new InvalidDataException("a number is longer than 64 bits");
    }

    /// <summary>A number of things that fits an int.</summary>
    public int Count()
    {
        var value = Varint();
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException($"a count of {value} is too large");
    }

    /// <summary>A number of things that take at least this many bytes each: what cannot be there is not allocated.</summary>
    public int Count(int minBytesEach)
    {
        var count = Count();
        return (long)count * minBytesEach <= Remaining ? count : throw new InvalidDataException($"{count} entries do not fit the {Remaining} bytes left");
    }

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)_rest.Length) throw new InvalidDataException($"{count} bytes were expected where {_rest.Length} are left");
        var result = _rest[..count];
        _rest = _rest[count..];
        return result;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes(Count()));
}
