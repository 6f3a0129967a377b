using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>A column made out of overflow values; rows come in ascending order.</summary>
internal sealed class PromotedColumn(ColumnType type)
{
    private readonly List<int> _rows = [];
    private readonly List<long> _bits = [];
    private readonly List<int> _codes = [];
    private readonly StringDictionary _dictionary = new();

    public int Count => _rows.Count;

    public int LastRow => _rows.Count == 0 ? -1 : _rows[^1];

    public void Add(int row, OverflowValue value)
    {
        if (type is ColumnType.String or ColumnType.Any)
        {
            AddBytes(row, value.Bytes);
            return;
        }

        _rows.Add(row);
        _bits.Add(value.Bits);
    }

    public void AddBytes(int row, ReadOnlySpan<byte> value)
    {
        _rows.Add(row);
        _codes.Add(_dictionary.GetOrAdd(value));
    }

    public ColumnVector ToVector(int rowCount)
    {
        var rows = Count == rowCount ? null : _rows.ToArray();
        return type switch
        {
            ColumnType.Int64 => new Int64Vector(rowCount, Count, rows, [.. _bits]),
            ColumnType.Double => new DoubleVector(rowCount, Count, rows, [.. _bits.Select(BitConverter.Int64BitsToDouble)]),
            ColumnType.Bool => new BoolVector(rowCount, Count, rows, [.. _bits.Select(b => b != 0)]),
            _ => new StringVector(rowCount, Count, rows, [.. _codes], _dictionary.View, type),
        };
    }
}
