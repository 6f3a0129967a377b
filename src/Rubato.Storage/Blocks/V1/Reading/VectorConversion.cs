using System.Buffers.Binary;
using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Makes the scan contract's vectors out of decoded Parquet ones, whose arrays become the vectors' own: no copy, ids apart.</summary>
internal static class VectorConversion
{
    /// <param name="column">The column.</param>
    /// <param name="values">Whole columns or parts of them, in arrays of their own.</param>
    public static ColumnVector ToModel(BlockColumn column, ParquetColumnVector values)
    {
        var arrays = values.Owned;
        var rows = values.AllPresent ? null : arrays.Rows;
        switch (column.Field.Type)
        {
            case ParquetType.FixedLenByteArray:
                return SpanIds(values);
            case ParquetType.Int32 or ParquetType.Int64:
                return new Int64Vector(values.RowCount, values.Count, rows, arrays.Numbers);
            case ParquetType.Double:
                return new DoubleVector(values.RowCount, values.Count, rows, arrays.Doubles);
            case ParquetType.Boolean:
                return new BoolVector(values.RowCount, values.Count, rows, arrays.Bools);
            default:
                return Strings(column, values, arrays, rows);
        }
    }

    /// <summary>Picked values, whose arrays become the vector's own.</summary>
    public static ColumnVector ToModel(BlockColumn column, PickedColumn values)
    {
        var rows = values.AllPresent ? null : values.Rows;
        switch (column.Field.Type)
        {
            case ParquetType.FixedLenByteArray when column.Fixed?.Column == SpanColumn.TraceId:
                var (high, low) = (new ulong[values.Count], new ulong[values.Count]);
                for (var i = 0; i < values.Count; i++) (high[i], low[i]) = TraceId.Read(values.BytesAt(i));
                return new TraceIdVector(values.Count, high, low);
            case ParquetType.FixedLenByteArray:
                var ids = new long[values.RowCount];
                for (var i = 0; i < values.Count; i++) ids[values.Rows[i]] = BinaryPrimitives.ReadInt64BigEndian(values.BytesAt(i));
                return new Int64Vector(ids.Length, ids.Length, null, ids);
            case ParquetType.Int32 or ParquetType.Int64:
                return new Int64Vector(values.RowCount, values.Count, rows, values.Numbers);
            case ParquetType.Double:
                return new DoubleVector(values.RowCount, values.Count, rows, Array.ConvertAll(values.Numbers, BitConverter.Int64BitsToDouble));
            case ParquetType.Boolean:
                return new BoolVector(values.RowCount, values.Count, rows, Array.ConvertAll(values.Bytes, b => b != 0));
            default:
                if (values.Dictionary is { } dictionary)
                {
                    var (data, offsets) = dictionary.Arrays;
                    return new StringVector(values.RowCount, values.Count, rows, values.Codes, new DictionaryView(data, offsets, dictionary.Count), TypeOf(column));
                }

                var codes = new int[values.Count];
                for (var i = 0; i < codes.Length; i++) codes[i] = i;
                return new StringVector(values.RowCount, values.Count, rows, codes, new DictionaryView(values.Bytes, values.Offsets, codes.Length), TypeOf(column));
        }
    }

    /// <summary>A column without a value, over this many rows.</summary>
    public static ColumnVector Empty(BlockColumn column, int rowCount) => column.ValueType switch
    {
        ColumnType.Int64 => new Int64Vector(rowCount, 0, [], []),
        ColumnType.Double => new DoubleVector(rowCount, 0, [], []),
        ColumnType.Bool => new BoolVector(rowCount, 0, [], []),
        _ when column.Fixed?.Column == SpanColumn.TraceId => new TraceIdVector(0, [], []),
        _ => new StringVector(rowCount, 0, [], [], DictionaryView.Empty, TypeOf(column)),
    };

    // Dense whatever the file says: the parent of a root is null there and zero here.
    private static Int64Vector SpanIds(ParquetColumnVector values)
    {
        var ids = new long[values.RowCount];
        var rows = values.Rows;
        for (var i = 0; i < values.Count; i++)
            ids[values.AllPresent ? i : rows[i]] = BinaryPrimitives.ReadInt64BigEndian(values.BytesAt(i));
        return new Int64Vector(ids.Length, ids.Length, null, ids);
    }

    private static StringVector Strings(BlockColumn column, ParquetColumnVector values, in ParquetColumnVector.OwnedArrays arrays, int[]? rows)
    {
        var type = TypeOf(column);
        if (values.Dictionary is { } dictionary)
        {
            var (data, offsets) = dictionary.Arrays;
            return new StringVector(values.RowCount, values.Count, rows, arrays.Codes, new DictionaryView(data, offsets, dictionary.Count), type);
        }

        if (values.Count == 0) return new StringVector(values.RowCount, 0, rows, [], DictionaryView.Empty, type);
        var codes = new int[values.Count];
        for (var i = 0; i < codes.Length; i++) codes[i] = i;
        return new StringVector(values.RowCount, values.Count, rows, codes, new DictionaryView(arrays.Bytes, arrays.Offsets, codes.Length), type);
    }

    // Linked ids are bytes in the file and strings of bytes in the contract.
    private static ColumnType TypeOf(BlockColumn column) => column.Fixed is null ? column.ValueType : ColumnType.String;
}
