using System.Text;
using Rubato.Storage.Parquet.Encodings;

namespace Rubato.Storage.Parquet.Thrift;

/// <summary>The part of Thrift's compact protocol that Parquet needs. Fields must come with ascending ids.</summary>
internal ref struct ThriftCompactWriter(PageBuffer output)
{
    private const int MaxDepth = 16;

    private LastIds _outer;
    private int _depth;
    private short _lastId;

    public void Int32(short id, int value) => Number(id, ThriftType.Int32, value);

    public void Int64(short id, long value) => Number(id, ThriftType.Int64, value);

    public void SignedByte(short id, sbyte value)
    {
        Header(id, ThriftType.Byte);
        output.WriteByte((byte)value);
    }

    public void Bool(short id, bool value) => Header(id, value ? ThriftType.True : ThriftType.False);

    public void Binary(short id, ReadOnlySpan<byte> value)
    {
        Header(id, ThriftType.Binary);
        Element(value);
    }

    public void String(short id, string value)
    {
        Header(id, ThriftType.Binary);
        Element(value);
    }

    public void BeginStruct(short id)
    {
        Header(id, ThriftType.Struct);
        BeginElement();
    }

    /// <summary>A struct as an element of a list, or the outermost one.</summary>
    public void BeginElement()
    {
        if (_depth == MaxDepth)
            throw new InvalidOperationException("Thrift structs nested too deeply.");
        _outer[_depth++] = _lastId;
        _lastId = 0;
    }

    public void EndStruct()
    {
        output.WriteByte((byte)ThriftType.Stop);
        _lastId = _outer[--_depth];
    }

    public void EmptyStruct(short id)
    {
        BeginStruct(id);
        EndStruct();
    }

    public void List(short id, ThriftType type, int count)
    {
        Header(id, ThriftType.List);
        if (count < 15)
        {
            output.WriteByte((byte)(count << 4 | (int)type));
            return;
        }
        output.WriteByte((byte)(0xF0 | (int)type));
        output.WriteVarint((ulong)count);
    }

    public readonly void Element(long value) => output.WriteZigZag(value);

    public readonly void Element(bool value) => output.WriteByte((byte)(value ? ThriftType.True : ThriftType.False));

    public readonly void Element(string value)
    {
        int bytes = Encoding.UTF8.GetByteCount(value);
        output.WriteVarint((ulong)bytes);
        output.Advance(Encoding.UTF8.GetBytes(value, output.Reserve(bytes)));
    }

    public readonly void Element(ReadOnlySpan<byte> value)
    {
        output.WriteVarint((ulong)value.Length);
        output.Write(value);
    }

    private void Number(short id, ThriftType type, long value)
    {
        Header(id, type);
        output.WriteZigZag(value);
    }

    private void Header(short id, ThriftType type)
    {
        int delta = id - _lastId;
        if (delta is > 0 and <= 15)
        {
            output.WriteByte((byte)(delta << 4 | (int)type));
        }
        else
        {
            output.WriteByte((byte)type);
            output.WriteZigZag(id);
        }
        _lastId = id;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxDepth)]
    private struct LastIds
    {
        private short _first;
    }
}
