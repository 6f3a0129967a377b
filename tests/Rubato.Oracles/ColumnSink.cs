using System.Buffers.Binary;

namespace Rubato.Oracles;

/// <summary>
/// Takes one column, value by value, in the one form that all readers agree on: numbers as 8 bytes little-endian, a flag as one byte, texts and
/// ids as their bytes. Of a repeated column each row begins with <see cref="BeginRow"/>, and its children follow.
/// </summary>
internal abstract class ColumnSink
{
    public abstract void BeginRow();

    public abstract void Null();

    public abstract void Value(ReadOnlySpan<byte> bytes);

    public virtual void Number(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Value(bytes);
    }

    public void Flag(bool value) => Value(value ? [1] : [0]);

    public void Double(double value) => Number(BitConverter.DoubleToInt64Bits(value));
}
