using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rubato.Model.Columns;

namespace Rubato.Model.Otlp;

/// <summary>
/// Writes protobuf messages into one growing buffer. A message is written before its length is known: one byte is left for
/// it, and longer messages are moved up, which costs less than measuring everything first.
/// </summary>
public sealed class ProtoWriter
{
    private readonly ArrayPool<byte>? _pool;
    private byte[] _buffer;

    public ProtoWriter(int capacity = 1024)
    {
        _buffer = new byte[Math.Max(capacity, 16)];
    }

    /// <summary>Takes its buffer from a pool; <see cref="ReturnBuffer"/> gives it back.</summary>
    public ProtoWriter(int capacity, ArrayPool<byte> pool)
    {
        _pool = pool;
        _buffer = pool.Rent(Math.Max(capacity, 16));
    }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    public byte[] ToArray() => Written.ToArray();

    public void Clear() => Length = 0;

    /// <summary>Gives a pooled buffer back; what was written is gone with it. May be called twice.</summary>
    public void ReturnBuffer()
    {
        var buffer = _buffer;
        _buffer = [];
        Length = 0;
        if (buffer.Length > 0) _pool?.Return(buffer);
    }

    /// <summary>At least this many bytes to write into; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> GetSpan(int bytes)
    {
        Reserve(bytes);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Takes bytes that were written into <see cref="GetSpan"/>.</summary>
    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - Length));
        Length += bytes;
    }

    /// <summary>Takes back everything from this length on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    /// <summary>Begins a message field; hand the result to <see cref="EndMessage"/>.</summary>
    public int BeginMessage(int field)
    {
        Tag(field, 2);
        Reserve(1);
        return ++Length;
    }

    public void EndMessage(int start)
    {
        var length = Length - start;
        var size = AnyValueWire.VarintSize((ulong)length);
        if (size > 1)
        {
            Reserve(size - 1);
            _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + size - 1));
            Length += size - 1;
        }

        AnyValueWire.WriteVarint(_buffer.AsSpan(start - 1), (ulong)length);
    }

    public void WriteVarint(int field, ulong value)
    {
        Tag(field, 0);
        Raw(value);
    }

    public void WriteFixed64(int field, ulong value)
    {
        Tag(field, 1);
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(Length), value);
        Length += 8;
    }

    public void WriteFixed32(int field, uint value)
    {
        Tag(field, 5);
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(Length), value);
        Length += 4;
    }

    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Raw((ulong)value.Length);
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(Length));
        Length += value.Length;
    }

    public void WriteString(int field, string value)
    {
        Tag(field, 2);
        var size = Encoding.UTF8.GetByteCount(value);
        Raw((ulong)size);
        Reserve(size);
        Length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length));
    }

    private void Tag(int field, int wireType) => Raw(((ulong)(uint)field << 3) | (uint)wireType);

    private void Raw(ulong value)
    {
        Reserve(10);
        Length += AnyValueWire.WriteVarint(_buffer.AsSpan(Length), value);
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - Length >= bytes) return;
        var size = Math.Max(_buffer.Length * 2L, checked(Length + bytes));
        size = Math.Min(size, Array.MaxLength);
        if (_pool is null)
        {
            Array.Resize(ref _buffer, (int)size);
            return;
        }

        var larger = _pool.Rent((int)size);
        Written.CopyTo(larger);
        _pool.Return(_buffer);
        _buffer = larger;
    }
}
