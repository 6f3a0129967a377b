using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Rubato.Model.Otlp;

/// <summary>
/// Reads protobuf wire format from one contiguous buffer without allocating. Every Try method returns false on malformed
/// input and leaves the reader unusable. The short cases are inlined: a span has ~60 tags and lengths, nearly all of one
/// byte, and calls for them took a fifth of the decoder's time.
/// </summary>
public ref struct WireReader(ReadOnlySpan<byte> buffer)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;

    public int Position { get; set; }

    public readonly bool AtEnd => Position == _buffer.Length;

    public readonly ReadOnlySpan<byte> Buffer => _buffer;

    /// <summary>Reads a field header. Field 0 and wire types 3, 4, 6 and 7 are malformed: groups were never part of OTLP.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(out int field, out int wireType)
    {
        field = 0;
        wireType = 0;
        // One byte for fields 1 to 15, which are nearly all of OTLP.
        if (Position < _buffer.Length && _buffer[Position] < 0x80)
        {
            var b = _buffer[Position++];
            field = b >> 3;
            wireType = b & 7;
        }
        else
        {
            if (!TryReadVarint(out var key) || key > uint.MaxValue) return false;
            field = (int)(key >> 3);
            wireType = (int)key & 7;
        }

        return field != 0 && wireType is (0 or 1 or 2 or 5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(out ulong value)
    {
        var position = Position;
        if ((uint)position < (uint)_buffer.Length && _buffer[position] < 0x80)
        {
            value = _buffer[position];
            Position = position + 1;
            return true;
        }

        return TryReadLongVarint(out value);
    }

    public bool TryReadFixed64(out ulong value)
    {
        value = 0;
        if (_buffer.Length - Position < 8) return false;
        value = BinaryPrimitives.ReadUInt64LittleEndian(_buffer[Position..]);
        Position += 8;
        return true;
    }

    public bool TryReadFixed32(out uint value)
    {
        value = 0;
        if (_buffer.Length - Position < 4) return false;
        value = BinaryPrimitives.ReadUInt32LittleEndian(_buffer[Position..]);
        Position += 4;
        return true;
    }

    /// <summary>Reads a length and that many bytes. A length beyond the buffer is malformed, however large it claims to be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadVarint(out var length) || length > (ulong)(_buffer.Length - Position)) return false;
        value = _buffer.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    public bool TrySkip(int wireType)
    {
        switch (wireType)
        {
            case 0:
                return TryReadVarint(out _);
            case 1:
                return TryReadFixed64(out _);
            case 2:
                return TryReadBytes(out _);
            case 5:
                return TryReadFixed32(out _);
            default:
                return false;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadLongVarint(out ulong value)
    {
        var buffer = _buffer;
        var i = Position;
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if ((uint)i >= (uint)buffer.Length) return false;
            var b = buffer[i++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                Position = i;
                return shift < 63 || b <= 1;
            }
        }

        return false;
    }
}
