using System.Buffers;
using System.Runtime.InteropServices;
using Rubato.Model.Scanning;

namespace Rubato.Storage.Parquet;

/// <summary>
/// Decoded values of one column for a range of rows: the values present, compact, and the rows they stand in.
/// Pooled (the usual): the arrays are rented; <see cref="Dispose"/> gives them back, after which no span taken from here may be used.
/// Forgetting it costs garbage, not a leak. Not pooled: they are the vector's own, and <see cref="Owned"/> hands them out for good.
/// </summary>
internal sealed class ParquetColumnVector : IDisposable
{
    private int[] _rows = [];
    private int[] _codes = [];
    private int[] _offsets = [];
    private long[] _numbers = [];
    private double[] _doubles = []; // Instead of numbers and bytes where the arrays are to be handed out.
    private bool[] _bools = [];
    private byte[] _bytes = [];
    private readonly bool _isPooled;
    private int _start; // First value of the range asked for; pages begin earlier.

    private readonly ScanBuffers? _buffers; // Where the arrays that are handed out come from; null for new ones.

    internal ParquetColumnVector(ParquetField field, bool isPooled = true, ScanBuffers? buffers = null) =>
        (Field, _isPooled, _buffers) = (field, isPooled, buffers);

    public ParquetField Field { get; }

    /// <summary>Rows covered, with and without a value. Of a group: child rows.</summary>
    public int RowCount { get; private set; }

    /// <summary>Values present.</summary>
    public int Count { get; private set; }

    public bool AllPresent => Count == RowCount;

    /// <summary>Ascending positions of the values, relative to the first row read; empty when <see cref="AllPresent"/>.</summary>
    public ReadOnlySpan<int> Rows => AllPresent ? default : _rows.AsSpan(_start, Count);

    /// <summary>True: value i is <c>Strings[Codes[i]]</c>. False: it is <c>Strings[i]</c> and <see cref="Codes"/> is empty.</summary>
    public bool HasCodes => Dictionary is not null;

    public ReadOnlySpan<int> Codes => HasCodes ? _codes.AsSpan(_start, Count) : default;

    /// <summary>The chunk's dictionary when <see cref="HasCodes"/>; safe to keep after Dispose. Null for plain values and numbers.</summary>
    public ParquetDictionary? Dictionary { get; private set; }

    /// <summary>BYTE_ARRAY: dictionary entries when <see cref="HasCodes"/>, else the values. FIXED_LEN_BYTE_ARRAY: only when <see cref="HasCodes"/>.</summary>
    public ByteStrings Strings => Dictionary is { } dictionary ? dictionary.Strings
        : Field.Type == ParquetType.ByteArray && _offsets.Length > 0 ? new ByteStrings(_bytes, _offsets.AsSpan(_start, Count + 1)) : default;

    /// <summary>INT64 and INT32 values (unsigned ones too, by their bits).</summary>
    public ReadOnlySpan<long> Longs => Field.Type is ParquetType.Int64 or ParquetType.Int32 ? _numbers.AsSpan(_start, Count) : default;

    public ReadOnlySpan<double> Doubles => Field.Type != ParquetType.Double ? default
        : _isPooled ? MemoryMarshal.Cast<long, double>(_numbers.AsSpan(_start, Count)) : _doubles.AsSpan(_start, Count);

    /// <summary>BOOLEAN values, 0 or 1.</summary>
    public ReadOnlySpan<byte> Booleans => Field.Type != ParquetType.Boolean ? default
        : _isPooled ? _bytes.AsSpan(_start, Count) : MemoryMarshal.AsBytes(_bools.AsSpan(_start, Count));

    /// <summary>FIXED_LEN_BYTE_ARRAY values one after the other when not <see cref="HasCodes"/>.</summary>
    public ReadOnlySpan<byte> FixedBytes => Field.Type == ParquetType.FixedLenByteArray && !HasCodes
        ? _bytes.AsSpan(_start * Field.FixedLength, Count * Field.FixedLength) : default;

    /// <summary>Bytes of value i, for every byte type and either encoding. For loops, take the spans instead.</summary>
    public ReadOnlySpan<byte> BytesAt(int i)
    {
        if (HasCodes)
            return Dictionary!.Strings[Codes[i]];
        return Field.Type == ParquetType.FixedLenByteArray ? FixedBytes.Slice(i * Field.FixedLength, Field.FixedLength) : Strings[i];
    }

    /// <summary>The values in arrays that whoever takes them may keep: those behind the spans where they are the vector's own and begin at its
    /// first row, else copies.</summary>
    public OwnedArrays Owned => !_isPooled && _start == 0
        ? new OwnedArrays(_rows, _codes, _offsets, _numbers, _doubles, _bools, _bytes)
        : Copy();

    internal readonly record struct OwnedArrays(int[] Rows, int[] Codes, int[] Offsets, long[] Numbers, double[] Doubles, bool[] Bools, byte[] Bytes);

    public void Dispose()
    {
        if (!_isPooled)
            return;
        Return(ref _rows);
        Return(ref _codes);
        Return(ref _offsets);
        Return(ref _numbers);
        Return(ref _bytes);
        (_start, Count, RowCount, Dictionary) = (0, 0, 0, null);
    }

    internal Span<int> RentRows(int count) => Rent(ref _rows, count);

    internal Span<int> RentCodes(int count, ParquetDictionary dictionary)
    {
        Dictionary = dictionary;
        return Rent(ref _codes, count);
    }

    internal Span<int> RentOffsets(int count) => Rent(ref _offsets, count);

    internal Span<long> RentNumbers(int count) => _isPooled || Field.Type != ParquetType.Double ? Rent(ref _numbers, count)
        : MemoryMarshal.Cast<double, long>(Rent(ref _doubles, count));

    internal Span<byte> RentBytes(int count) => _isPooled || Field.Type != ParquetType.Boolean ? Rent(ref _bytes, count)
        : MemoryMarshal.AsBytes(Rent(ref _bools, count));

    /// <summary>Narrows to rows <paramref name="skip"/> to skip + take of what was decoded, and makes positions relative to them.</summary>
    internal void SetRange(int decodedRows, int decodedValues, int skip, int take)
    {
        RowCount = take;
        if (decodedValues == decodedRows)
        {
            (_start, Count) = (skip, take);
            return;
        }

        Span<int> rows = _rows.AsSpan(0, decodedValues);
        _start = LowerBound(rows, skip);
        Count = LowerBound(rows, skip + take) - _start;
        if (skip == 0)
            return;
        foreach (ref int row in rows.Slice(_start, Count))
            row -= skip;
    }

    private OwnedArrays Copy()
    {
        int[] offsets = [];
        byte[] bytes = [];
        if (Field.Type == ParquetType.ByteArray && !HasCodes && _offsets.Length > 0)
        {
            offsets = _offsets.AsSpan(_start, Count + 1).ToArray();
            int first = offsets[0];
            bytes = _bytes.AsSpan(first, offsets[^1] - first).ToArray();
            foreach (ref int offset in offsets.AsSpan())
                offset -= first;
        }

        return new OwnedArrays(
            Rows.ToArray(), Codes.ToArray(), offsets, Longs.ToArray(), Doubles.ToArray(), MemoryMarshal.Cast<byte, bool>(Booleans).ToArray(), bytes);
    }

    private static int LowerBound(ReadOnlySpan<int> sorted, int value)
    {
        int found = sorted.BinarySearch(value);
        return found < 0 ? ~found : found;
    }

    private Span<T> Rent<T>(ref T[] array, int count)
        where T : unmanaged
    {
        array = count == 0 ? [] : _isPooled ? ArrayPool<T>.Shared.Rent(count) : _buffers?.Rent<T>(count) ?? GC.AllocateUninitializedArray<T>(count);
        return array.AsSpan(0, count);
    }

    private static void Return<T>(ref T[] array)
    {
        T[] mine = Interlocked.Exchange(ref array, []);
        if (mine.Length > 0)
            ArrayPool<T>.Shared.Return(mine);
    }
}
