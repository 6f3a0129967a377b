using Rubato.Model.Spans;

namespace Rubato.Model.Columns;

/// <summary>
/// Values of one column over the rows of one table. Only present values are held: value <c>i</c> stands at row
/// <c>Rows[i]</c> (ascending), or at row <c>i</c> when <see cref="IsDense"/>. Immutable; arrays may be longer than
/// <see cref="Count"/> because a batch that still grows shares them with its snapshots (it only ever appends).
/// </summary>
public abstract class ColumnVector
{
    private readonly int[]? _rows;

    protected ColumnVector(int rowCount, int count, int[]? rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, rowCount);
        if (rows is null && count != rowCount) throw new ArgumentException("a dense column has a value for every row", nameof(count));
        RowCount = rowCount;
        Count = count;
        _rows = rows;
    }

    public abstract ColumnType Type { get; }

    /// <summary>Rows of the table.</summary>
    public int RowCount { get; }

    /// <summary>Present values.</summary>
    public int Count { get; }

    /// <summary>Every row has a value; <see cref="Rows"/> is then empty.</summary>
    public bool IsDense => _rows is null;

    public ReadOnlySpan<int> Rows => _rows is null ? [] : _rows.AsSpan(0, Count);

    internal int[]? RowArray => _rows;

    /// <summary>Position of the row's value, or -1 where the row has none. Binary search unless dense.</summary>
    public int IndexOf(int row)
    {
        if (_rows is null) return (uint)row < (uint)Count ? row : -1;
        var i = _rows.AsSpan(0, Count).BinarySearch(row);
        return i < 0 ? -1 : i;
    }
}

/// <summary>Strings as codes into a dictionary; with <see cref="ColumnType.Any"/> the entries are AnyValue messages.</summary>
public sealed class StringVector : ColumnVector
{
    private readonly int[] _codes;

    public StringVector(int rowCount, int count, int[]? rows, int[] codes, DictionaryView dictionary, ColumnType type = ColumnType.String)
        : base(rowCount, count, rows)
    {
        _codes = codes;
        Dictionary = dictionary;
        Type = type;
    }

    public override ColumnType Type { get; }

    public ReadOnlySpan<int> Codes => _codes.AsSpan(0, Count);

    /// <summary>The same, for who keeps them as long as the vector.</summary>
    public ReadOnlyMemory<int> CodeMemory => _codes.AsMemory(0, Count);

    /// <summary>May hold entries that no row uses. Entries need not be unique (high-cardinality columns).</summary>
    public DictionaryView Dictionary { get; }

    public ReadOnlySpan<byte> this[int index] => Dictionary[_codes[index]];

    internal int[] CodeArray => _codes;
}

public sealed class Int64Vector : ColumnVector
{
    private readonly long[] _values;

    public Int64Vector(int rowCount, int count, int[]? rows, long[] values)
        : base(rowCount, count, rows) => _values = values;

    public override ColumnType Type => ColumnType.Int64;

    public ReadOnlySpan<long> Values => _values.AsSpan(0, Count);
}

public sealed class DoubleVector : ColumnVector
{
    private readonly double[] _values;

    public DoubleVector(int rowCount, int count, int[]? rows, double[] values)
        : base(rowCount, count, rows) => _values = values;

    public override ColumnType Type => ColumnType.Double;

    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);
}

public sealed class BoolVector : ColumnVector
{
    private readonly bool[] _values;

    public BoolVector(int rowCount, int count, int[]? rows, bool[] values)
        : base(rowCount, count, rows) => _values = values;

    public override ColumnType Type => ColumnType.Bool;

    public ReadOnlySpan<bool> Values => _values.AsSpan(0, Count);
}

/// <summary>Trace ids, always dense. Two arrays, so that one half can be searched with vector instructions.</summary>
public sealed class TraceIdVector : ColumnVector
{
    private readonly ulong[] _high;
    private readonly ulong[] _low;

    public TraceIdVector(int rowCount, ulong[] high, ulong[] low)
        : base(rowCount, rowCount, null)
    {
        _high = high;
        _low = low;
    }

    public override ColumnType Type => ColumnType.Any;

    public ReadOnlySpan<ulong> High => _high.AsSpan(0, Count);

    public ReadOnlySpan<ulong> Low => _low.AsSpan(0, Count);

    public TraceId this[int row] => new(_high[row], _low[row]);
}
