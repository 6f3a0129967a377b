using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet;

/// <summary>
/// The values of a few rows of one column: those present, compact, and the rows they stand in. Owns ordinary arrays, which may be longer than
/// what they hold; whoever asked for it may keep them.
/// </summary>
internal sealed class PickedColumn(
    ParquetField column, int rowCount, int count, int[] rows, ParquetDictionary? dictionary, int[] codes, long[] numbers, byte[] bytes, int[] offsets)
{
    public ParquetField Field => column;

    /// <summary>Rows asked for; of a repeated field their children.</summary>
    public int RowCount => rowCount;

    /// <summary>Values present.</summary>
    public int Count => count;

    public bool AllPresent => count == rowCount;

    /// <summary>Ascending positions of the values among the rows asked for.</summary>
    public int[] Rows => rows;

    /// <summary>Set: value i is entry <c>Codes[i]</c> of it.</summary>
    public ParquetDictionary? Dictionary => dictionary;

    public int[] Codes => codes;

    /// <summary>Integers; doubles as their bits.</summary>
    public long[] Numbers => numbers;

    /// <summary>Plain strings one after the other (see <see cref="Offsets"/>), fixed bytes, or booleans as 0 and 1.</summary>
    public byte[] Bytes => bytes;

    /// <summary>One more than plain strings; the first is 0.</summary>
    public int[] Offsets => offsets;

    /// <summary>Bytes of value i, for every byte type and either encoding.</summary>
    public ReadOnlySpan<byte> BytesAt(int i)
    {
        if (dictionary is not null)
            return dictionary.Strings[codes[i]];
        return column.Type == ParquetType.FixedLenByteArray
            ? bytes.AsSpan(i * column.FixedLength, column.FixedLength)
            : bytes.AsSpan(offsets[i]..offsets[i + 1]);
    }
}
