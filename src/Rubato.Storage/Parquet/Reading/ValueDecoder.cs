using System.Numerics;
using System.Runtime.InteropServices;
using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>The values of page after page into the arrays of one vector.</summary>
internal ref struct ValueDecoder
{
    private readonly ParquetField _field;
    private readonly ParquetDictionary? _dictionary;
    private readonly Span<int> _codes;
    private readonly Span<int> _offsets;
    private readonly Span<long> _numbers;
    private readonly Span<byte> _bytes;
    private int _done;
    private int _poolEnd;

    /// <summary>Takes the memory: everything here was bounded by <see cref="ChunkPages"/> and <see cref="PageTotals"/>.</summary>
    public ValueDecoder(ParquetField field, ParquetColumnVector vector, ParquetDictionary? dictionary, in PageTotals totals)
    {
        _field = field;
        _dictionary = dictionary;
        int present = (int)totals.Present;
        switch (_field.Type)
        {
            case ParquetType.ByteArray or ParquetType.FixedLenByteArray when dictionary is not null:
                _codes = vector.RentCodes(present, dictionary);
                break;
            case ParquetType.ByteArray:
                _offsets = vector.RentOffsets(present + 1);
                _bytes = vector.RentBytes((int)totals.PoolBytes);
                _offsets[0] = 0;
                break;
            case ParquetType.FixedLenByteArray:
                _bytes = vector.RentBytes(present * _field.FixedLength);
                break;
            case ParquetType.Boolean:
                _bytes = vector.RentBytes(present);
                break;
            default:
                _numbers = vector.RentNumbers(present);
                break;
        }
    }

    public void Read(in PageView page)
    {
        int count = page.Present;
        ParquetEncoding encoding = page.Encoding;
        if (count == 0)
            return;
        ReadOnlySpan<byte> values = page.Values;
        bool isText = _field.Type is ParquetType.ByteArray or ParquetType.FixedLenByteArray;
        if (encoding is ParquetEncoding.RleDictionary or ParquetEncoding.PlainDictionary)
        {
            if (_field.Type == ParquetType.Boolean)
                throw ChunkPages.NotSupported(_field, encoding);
            if (isText)
                ReadCodes(values, _codes.Slice(_done, count));
            else
                ReadNumberCodes(values, _numbers.Slice(_done, count));
        }
        else if (encoding == ParquetEncoding.DeltaBinaryPacked && _field.Type is ParquetType.Int64 or ParquetType.Int32)
        {
            if (!DeltaEncoding.TryDecode(values, _numbers.Slice(_done, count)))
                throw new ParquetFormatException("its delta-packed numbers are damaged");
            if (_field.Type == ParquetType.Int32)
            {
                foreach (ref long number in _numbers.Slice(_done, count))
                    number = (int)number; // Other writers let 32-bit deltas wrap around.
            }
        }
        else if (encoding == ParquetEncoding.DeltaLengthByteArray && _field.Type == ParquetType.ByteArray && _dictionary is null)
        {
            _poolEnd = LengthsInFront.Decode(values, _bytes, _poolEnd, _offsets.Slice(_done, count + 1));
            if (_poolEnd < 0)
                throw new ParquetFormatException("the lengths of its strings are damaged");
        }
        else if (encoding == ParquetEncoding.Plain)
        {
            ReadPlain(values, count);
        }
        else
        {
            throw ChunkPages.NotSupported(_field, encoding);
        }
        _done += count;
    }

    private void ReadPlain(ReadOnlySpan<byte> values, int count)
    {
        switch (_field.Type)
        {
            case ParquetType.ByteArray when _dictionary is null:
                _poolEnd = PlainDecoder.Strings(values, _bytes, _poolEnd, _offsets.Slice(_done, count + 1));
                break;
            case ParquetType.FixedLenByteArray when _dictionary is null:
                PlainDecoder.Fixed(values, _bytes.Slice(_done * _field.FixedLength, count * _field.FixedLength), count);
                break;
            case ParquetType.Boolean:
                PlainDecoder.Booleans(values, _bytes.Slice(_done, count));
                break;
            case ParquetType.Int32 or ParquetType.Int64 or ParquetType.Double:
                PlainDecoder.Numbers(values, _field.Type == ParquetType.Int32 ? 4 : 8, _numbers.Slice(_done, count));
                break;
            default:
                throw new ParquetFormatException("plain and dictionary pages in one chunk are not supported");
        }
    }

    private readonly void ReadNumberCodes(ReadOnlySpan<byte> values, Span<long> target)
    {
        using var codes = new PooledArray<int>(target.Length);
        ReadCodes(values, codes.Span);
        ReadOnlySpan<long> entries = _dictionary!.Longs;
        ReadOnlySpan<int> source = codes.Span;
        for (int i = 0; i < target.Length; i++)
            target[i] = entries[source[i]];
    }

    private readonly void ReadCodes(ReadOnlySpan<byte> values, Span<int> codes)
    {
        if (values.IsEmpty || values[0] > 32)
            throw new ParquetFormatException(values.IsEmpty ? "its codes are missing" : $"codes of {values[0]} bits");
        int width = values[0];
        if (!RunLengthDecoder.TryDecode(values[1..], width, codes))
            throw new ParquetFormatException("its codes are damaged");

        // All codes that fit the width may be inside the dictionary anyway; else every one is looked at.
        uint entries = (uint)_dictionary!.Count;
        if ((width >= 32 || 1L << width > entries) && MaxOf(codes) >= entries)
            throw new ParquetFormatException($"code {MaxOf(codes)} points outside its dictionary of {entries} entries");
    }

    /// <summary>As unsigned numbers, so that a negative code counts as too large.</summary>
    private static uint MaxOf(ReadOnlySpan<int> codes)
    {
        ReadOnlySpan<uint> values = MemoryMarshal.Cast<int, uint>(codes);
        var most = Vector<uint>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            most = Vector.Max(most, new Vector<uint>(values[i..]));
        uint max = 0;
        for (int k = 0; k < Vector<uint>.Count; k++)
            max = Math.Max(max, most[k]);
        for (; i < values.Length; i++)
            max = Math.Max(max, values[i]);
        return max;
    }
}
