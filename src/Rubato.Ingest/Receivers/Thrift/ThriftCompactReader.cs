using System.Buffers.Binary;

namespace Rubato.Ingest.Receivers.Thrift;

/// <summary>Thrift's compact protocol: varints, field ids as differences, booleans in the head of their field (spec/wire-formats.md 3.2).</summary>
internal ref struct ThriftCompactReader(ReadOnlySpan<byte> buffer) : IThriftReader
{
    private const byte ProtocolId = 0x82;
    private const byte Version = 1;

    private readonly ReadOnlySpan<byte> _buffer = buffer;
    // The field that was read last is a boolean, and its head had the value.
    private bool _hasFieldBool;
    private bool _fieldBool;

    public int Position { get; set; }

    public ThriftProblem Problem { get; set; }

    private readonly int Left => _buffer.Length - Position;

    public bool TryReadField(ref short id, out ThriftType type)
    {
        type = ThriftType.Stop;
        _hasFieldBool = false;
        if (Left < 1) return Fail(ThriftProblem.Truncated);
        var head = _buffer[Position++];
        if (head == 0) return true;
        var delta = head >> 4;
        if (delta != 0) id = unchecked((short)(id + delta));
        else if (!TryReadI16(out id)) return false;
        var compact = head & 15;
        if (compact is 1 or 2)
        {
            _hasFieldBool = true;
            _fieldBool = compact == 1;
        }

        return TryType(compact, out type);
    }

    public bool TryReadBool(out bool value)
    {
        if (_hasFieldBool)
        {
            _hasFieldBool = false;
            value = _fieldBool;
            return true;
        }

        value = Left >= 1 && _buffer[Position] == 1;
        return TryAdvance(1);
    }

    public bool TryReadI16(out short value)
    {
        var read = TryReadI64(out var wide);
        value = unchecked((short)wide);
        return read;
    }

    public bool TryReadI32(out int value)
    {
        var read = TryReadI64(out var wide);
        value = unchecked((int)wide);
        return read;
    }

    public bool TryReadI64(out long value)
    {
        var read = TryReadVarint(out var zigzag);
        value = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        return read;
    }

    public bool TryReadDouble(out double value)
    {
        value = 0;
        if (Left < 8) return Fail(ThriftProblem.Truncated);
        value = BinaryPrimitives.ReadDoubleLittleEndian(_buffer[Position..]);
        Position += 8;
        return true;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadVarint(out var length)) return false;
        if (length > (ulong)Left) return Fail(ThriftProblem.LengthBeyondEnd);
        value = _buffer.Slice(Position, (int)length);
        Position += (int)length;
        return true;
    }

    public bool TryReadList(out ThriftType element, out int count)
    {
        count = 0;
        element = ThriftType.Stop;
        if (Left < 1) return Fail(ThriftProblem.Truncated);
        var head = _buffer[Position++];
        if (!TryType(head & 15, out element)) return false;
        count = head >> 4;
        return count < 15 ? count <= Left || Fail(ThriftProblem.TooManyElements) : TryReadCount(out count);
    }

    public bool TryReadMap(out ThriftType key, out ThriftType value, out int count)
    {
        (key, value) = (ThriftType.Stop, ThriftType.Stop);
        if (!TryReadCount(out count)) return false;
        if (count == 0) return true;
        if (Left < 1) return Fail(ThriftProblem.Truncated);
        var types = _buffer[Position++];
        return TryType(types >> 4, out key) && TryType(types & 15, out value);
    }

    public bool TryAdvance(int bytes)
    {
        if (Left < bytes) return Fail(ThriftProblem.Truncated);
        Position += bytes;
        return true;
    }

    public bool TryReadMessage(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (Left < 2) return Fail(ThriftProblem.Truncated);
        if (_buffer[Position] != ProtocolId || (_buffer[Position + 1] & 0x1F) != Version) return Fail(ThriftProblem.NotAMessage);
        Position += 2;
        return TryReadVarint(out _) && TryReadBytes(out name);
    }

    private bool TryReadCount(out int count)
    {
        count = 0;
        if (!TryReadVarint(out var claimed)) return false;
        if (claimed > (ulong)Left) return Fail(ThriftProblem.TooManyElements);
        count = (int)claimed;
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Left < 1) return Fail(ThriftProblem.Truncated);
            var b = _buffer[Position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return true;
        }

        return Fail(ThriftProblem.BadVarint);
    }

    private bool TryType(int compact, out ThriftType type)
    {
        type = compact switch
        {
            1 or 2 => ThriftType.Bool,
            3 => ThriftType.Byte,
            4 => ThriftType.I16,
            5 => ThriftType.I32,
            6 => ThriftType.I64,
            7 => ThriftType.Double,
            8 => ThriftType.Bytes,
            9 => ThriftType.List,
            10 => ThriftType.Set,
            11 => ThriftType.Map,
            12 => ThriftType.Struct,
            _ => ThriftType.Stop,
        };
        // A list of nothing may have the type 0.
        return type != ThriftType.Stop || compact == 0 || Fail(ThriftProblem.UnknownType);
    }

    private bool Fail(ThriftProblem problem)
    {
        Problem = problem;
        return false;
    }
}
