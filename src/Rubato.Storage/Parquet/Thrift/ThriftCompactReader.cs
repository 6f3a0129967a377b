using System.Text;
using Rubato.Storage.Parquet.Encodings;

namespace Rubato.Storage.Parquet.Thrift;

/// <summary>
/// Reads Thrift's compact protocol from untrusted bytes: depth, lengths and counts are bounded by what is there.
/// Everything wrong becomes a <see cref="ParquetFormatException"/> that names the structure.
/// </summary>
internal ref struct ThriftCompactReader(ReadOnlySpan<byte> source, string what)
{
    private const int MaxDepth = 16;

    private readonly int _length = source.Length;
    private ReadOnlySpan<byte> _rest = source;
    private LastIds _outer;
    private int _depth;
    private short _lastId;

    /// <summary>Bytes read so far.</summary>
    public readonly int Consumed => _length - _rest.Length;

    public ThriftType Type { get; private set; }

    /// <summary>Enters a struct: the outermost one, a list element, or the field just read.</summary>
    public void Enter()
    {
        if (_depth == MaxDepth)
            throw Fail("structs nested too deeply");
        _outer[_depth++] = _lastId;
        _lastId = 0;
    }

    /// <summary>Moves to the next field of the struct; at its end leaves the struct and returns false.</summary>
    public bool Next(out short id)
    {
        byte header = Byte();
        id = 0;
        Type = (ThriftType)(header & 0x0F);
        if (Type == ThriftType.Stop)
        {
            _lastId = _outer[--_depth];
            return false;
        }
        if (Type > ThriftType.Struct)
            throw Fail($"unknown field type {(int)Type}");

        int delta = header >> 4;
        long wide = delta == 0 ? ZigZag() : _lastId + delta;
        if (wide is < 1 or > short.MaxValue)
            throw Fail($"field id {wide}");
        _lastId = id = (short)wide;
        return true;
    }

    public readonly bool Bool() => Type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Fail($"a boolean expected, {Type} found"),
    };

    public int Int32()
    {
        long value = Int64();
        return value is < int.MinValue or > int.MaxValue ? throw Fail($"number {value} does not fit 32 bits") : (int)value;
    }

    public long Int64()
    {
        if (Type is not (ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64))
            throw Fail($"a number expected, {Type} found");
        return ZigZag();
    }

    public sbyte SignedByte() => Type == ThriftType.Byte ? (sbyte)Byte() : throw Fail($"a byte expected, {Type} found");

    public ReadOnlySpan<byte> Binary()
    {
        if (Type != ThriftType.Binary)
            throw Fail($"bytes expected, {Type} found");
        return BinaryElement();
    }

    public string String() => Encoding.UTF8.GetString(Binary());

    /// <summary>Enters a list; its count is at most the bytes left, as every element takes at least one.</summary>
    public int List(ThriftType element)
    {
        if (Type != ThriftType.List)
            throw Fail($"a list expected, {Type} found");
        int count = ListHeader(out ThriftType found);
        bool alike = found == element || (element == ThriftType.True && found == ThriftType.False);
        if (count > 0 && !alike)
            throw Fail($"a list of {element} expected, of {found} found");
        return count;
    }

    public int Int32Element()
    {
        long value = ZigZag();
        return value is < int.MinValue or > int.MaxValue ? throw Fail($"number {value} does not fit 32 bits") : (int)value;
    }

    public long Int64Element() => ZigZag();

    public bool BoolElement() => Byte() == (byte)ThriftType.True;

    public ReadOnlySpan<byte> BinaryElement()
    {
        ulong length = Varint();
        if (length > (ulong)_rest.Length)
            throw Fail($"{length} bytes announced, {_rest.Length} left");
        ReadOnlySpan<byte> value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return value;
    }

    public string StringElement() => Encoding.UTF8.GetString(BinaryElement());

    /// <summary>Skips the value of the field just read.</summary>
    public void Skip() => Skip(Type, isElement: false, 0);

    private void Skip(ThriftType type, bool isElement, int depth)
    {
        if (depth > MaxDepth)
            throw Fail("values nested too deeply");
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                if (isElement)
                    Byte();
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ZigZag();
                break;
            case ThriftType.Double:
                if (_rest.Length < 8)
                    throw Fail("cut off");
                _rest = _rest[8..];
                break;
            case ThriftType.Binary:
                BinaryElement();
                break;
            case ThriftType.List or ThriftType.Set:
                int count = ListHeader(out ThriftType element);
                for (int i = 0; i < count; i++)
                    Skip(element, isElement: true, depth + 1);
                break;
            case ThriftType.Struct:
                Enter();
                while (Next(out _))
                    Skip(Type, isElement: false, depth + 1);
                break;
            default:
                throw Fail($"a {type} that no Parquet file needs");
        }
    }

    private int ListHeader(out ThriftType element)
    {
        byte header = Byte();
        element = (ThriftType)(header & 0x0F);
        ulong count = (ulong)header >> 4;
        if (count == 15)
            count = Varint();
        if (count > (ulong)_rest.Length)
            throw Fail($"a list of {count} elements in {_rest.Length} bytes");
        return (int)count;
    }

    private byte Byte()
    {
        if (_rest.IsEmpty)
            throw Fail("cut off");
        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    private ulong Varint() => Encodings.Varint.TryRead(ref _rest, out ulong value) ? value : throw Fail("a number is cut off or too long");

    private long ZigZag()
    {
        ulong raw = Varint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    public readonly ParquetFormatException Fail(string found) => new($"Parquet {what}: {found}, {Consumed} bytes into it. The file is damaged.");

    [System.Runtime.CompilerServices.InlineArray(MaxDepth)]
    private struct LastIds
    {
        private short _first;
    }
}
