using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;

namespace Rubato.Oracles;

/// <summary>A column as counts and one hash over all values, nulls and rows in order: equal digests, equal columns. Memory does not grow with the column.</summary>
internal sealed class DigestSink : ColumnSink
{
    private const byte RowMark = 2;
    private const byte NullMark = 0;
    private const byte ValueMark = 1;

    private readonly XxHash3 _hash = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _used;

    public long Rows { get; private set; }

    public long Nulls { get; private set; }

    public long Values { get; private set; }

    public override void BeginRow()
    {
        Rows++;
        Put(RowMark);
    }

    public override void Null()
    {
        Nulls++;
        Put(NullMark);
    }

    public override void Value(ReadOnlySpan<byte> bytes)
    {
        Values++;
        if (bytes.Length > _buffer.Length - 5)
        {
            Flush();
            Head(bytes.Length);
            Flush();
            _hash.Append(bytes);
            return;
        }

        if (_used + 5 + bytes.Length > _buffer.Length) Flush();
        Head(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Ends the column.</summary>
    public string Finish()
    {
        Flush();
        return string.Create(CultureInfo.InvariantCulture, $"{Values} values, {Nulls} nulls, {Rows} lists, hash {_hash.GetCurrentHashAsUInt64():x16}");
    }

    private void Head(int length)
    {
        _buffer[_used] = ValueMark;
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_used + 1), length);
        _used += 5;
    }

    private void Put(byte mark)
    {
        if (_used == _buffer.Length) Flush();
        _buffer[_used++] = mark;
    }

    private void Flush()
    {
        _hash.Append(_buffer.AsSpan(0, _used));
        _used = 0;
    }
}
