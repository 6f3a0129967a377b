using System.Buffers.Binary;

namespace Rubato.Ingest.Receivers.Thrift;

/// <summary>Thrift's binary protocol: everything big-endian and of fixed size (spec/wire-formats.md 3.2).</summary>
internal ref struct ThriftBinaryReader(ReadOnlySpan<byte> buffer) : IThriftReader
{
    private const uint VersionMask = 0xFFFF_0000;
    private const uint Version1 = 0x8001_0000;

    private readonly ReadOnlySpan<byte> _buffer = buffer;

    public int Position { get; set; }

    public ThriftProblem Problem { get; set; }

    private readonly int Left => _buffer.Length - Position;

    public bool TryReadField(ref short id, out ThriftType type)
    {
        type = ThriftType.Stop;
        if (Left < 1) return Fail(ThriftProblem.Truncated);
        type = (ThriftType)_buffer[Position++];
        return type == ThriftType.Stop || TryReadI16(out id);
    }

    public bool TryReadBool(out bool value)
    {
        value = Left >= 1 && _buffer[Position] != 0;
        return TryAdvance(1);
    }

    public bool TryReadI16(out short value)
    {
        value = 0;
        if (Left < 2) return Fail(ThriftProblem.Truncated);
        value = BinaryPrimitives.ReadInt16BigEndian(_buffer[Position..]);
        Position += 2;
        return true;
    }

    public bool TryReadI32(out int value)
    {
        value = 0;
        if (Left < 4) return Fail(ThriftProblem.Truncated);
        value = BinaryPrimitives.ReadInt32BigEndian(_buffer[Position..]);
        Position += 4;
        return true;
    }

    public bool TryReadI64(out long value)
    {
        value = 0;
        if (Left < 8) return Fail(ThriftProblem.Truncated);
        value = BinaryPrimitives.ReadInt64BigEndian(_buffer[Position..]);
        Position += 8;
        return true;
    }

    public bool TryReadDouble(out double value)
    {
        var read = TryReadI64(out var bits);
        value = BitConverter.Int64BitsToDouble(bits);
        return read;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadI32(out var length)) return false;
        if (length < 0) return Fail(ThriftProblem.NegativeLength);
        if (length > Left) return Fail(ThriftProblem.LengthBeyondEnd);
        value = _buffer.Slice(Position, length);
        Position += length;
        return true;
    }

    public bool TryReadList(out ThriftType element, out int count)
    {
        count = 0;
        element = ThriftType.Stop;
        if (Left < 1) return Fail(ThriftProblem.Truncated);
        element = (ThriftType)_buffer[Position++];
        return TryReadCount(out count);
    }

    public bool TryReadMap(out ThriftType key, out ThriftType value, out int count)
    {
        (key, value, count) = (ThriftType.Stop, ThriftType.Stop, 0);
        if (Left < 2) return Fail(ThriftProblem.Truncated);
        key = (ThriftType)_buffer[Position++];
        value = (ThriftType)_buffer[Position++];
        return TryReadCount(out count);
    }

    public bool TryAdvance(int bytes)
    {
        if (Left < bytes) return Fail(ThriftProblem.Truncated);
        Position += bytes;
        return true;
    }

    /// <summary>The strict form (a version and the name) or the old one (the name first).</summary>
    public bool TryReadMessage(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!TryReadI32(out var first)) return false;
        if (first < 0)
            return ((uint)first & VersionMask) == Version1 ? TryReadBytes(out name) && TryReadI32(out _) : Fail(ThriftProblem.NotAMessage);
        Position -= 4;
        return TryReadBytes(out name) && TryAdvance(1) && TryReadI32(out _);
    }

    private bool TryReadCount(out int count)
    {
        if (!TryReadI32(out count)) return false;
        if (count < 0) return Fail(ThriftProblem.NegativeLength);
        return count <= Left || Fail(ThriftProblem.TooManyElements);
    }

    private bool Fail(ThriftProblem problem)
    {
        Problem = problem;
        return false;
    }
}
