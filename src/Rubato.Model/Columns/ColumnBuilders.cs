namespace Rubato.Model.Columns;

// Growing columns of a SpanBatchBuilder. Arrays are replaced when they grow and never shrink or change below Count, so a
// snapshot that shares them stays as it was. Sparse columns hold (row, value) pairs: a span has ~8 of a batch's ~100
// attribute columns, and 8 pairs of 8 bytes are far less than 100 dense slots.

internal abstract class SparseColumnBuilder(int expected)
{
    protected const int InitialCapacity = 16;

    public int[] Rows = new int[InitialCapacity];

    public int Count;

    /// <summary>The row that was given a value last, or -1. Rows come in ascending order.</summary>
    public int LastRow = -1;

    public abstract ColumnType Type { get; }

    public abstract long MemoryBytes { get; }

    public abstract ColumnVector Snapshot(int rowCount);

    /// <summary>The next size of the arrays (see <see cref="Growth"/>).</summary>
    protected int NextSize() => Growth.Next(Count, Count + 1, expected);

    // A column with a value on every row so far is handed out as dense: cheaper for the reader.
    protected int[]? RowsOrDense(int rowCount) => Count == rowCount ? null : Rows;
}

internal sealed class StringColumnBuilder : SparseColumnBuilder
{
    private readonly int _probe;

    public int[] Codes = new int[InitialCapacity];

    public readonly StringDictionary Dictionary = new();

    public StringColumnBuilder(ColumnType type, BatchLimits limits, ColumnShape expected = default)
        : base(Growth.Expect(expected.Texts))
    {
        Type = type;
        _probe = limits.ProbeValues;
        if (expected.Texts > 0) Dictionary.Expect(Growth.Expect(expected.Entries), Growth.Expect(expected.Bytes));
    }

    public override ColumnType Type { get; }

    public override long MemoryBytes => (4L * (Rows.Length + Codes.Length)) + Dictionary.MemoryBytes;

    public void Add(int row, int code)
    {
        var i = Count;
        var codes = Codes;
        var rows = Rows;
        if ((uint)i >= (uint)codes.Length || (uint)i >= (uint)rows.Length)
        {
            var size = NextSize();
            Growth.Resize(ref Codes, size);
            Growth.Resize(ref Rows, size);
            (codes, rows) = (Codes, Rows);
        }

        codes[i] = code;
        rows[i] = row;
        LastRow = row;
        Count = i + 1;
        if (i + 1 == _probe && Dictionary.Count >= _probe * 99 / 100) Dictionary.StopInterning();
    }

    public override ColumnVector Snapshot(int rowCount) => new StringVector(rowCount, Count, RowsOrDense(rowCount), Codes, Dictionary.View, Type);
}

internal sealed class Int64ColumnBuilder(int expected = 0) : SparseColumnBuilder(expected)
{
    public long[] Values = new long[InitialCapacity];

    public override ColumnType Type => ColumnType.Int64;

    public override long MemoryBytes => (4L * Rows.Length) + (8L * Values.Length);

    public void Add(int row, long value)
    {
        var i = Count;
        if (i == Values.Length)
        {
            var size = NextSize();
            Growth.Resize(ref Values, size);
            Growth.Resize(ref Rows, size);
        }

        Values[i] = value;
        Rows[i] = row;
        LastRow = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new Int64Vector(rowCount, Count, RowsOrDense(rowCount), Values);
}

internal sealed class DoubleColumnBuilder(int expected = 0) : SparseColumnBuilder(expected)
{
    public double[] Values = new double[InitialCapacity];

    public override ColumnType Type => ColumnType.Double;

    public override long MemoryBytes => (4L * Rows.Length) + (8L * Values.Length);

    public void Add(int row, double value)
    {
        var i = Count;
        if (i == Values.Length)
        {
            var size = NextSize();
            Growth.Resize(ref Values, size);
            Growth.Resize(ref Rows, size);
        }

        Values[i] = value;
        Rows[i] = row;
        LastRow = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new DoubleVector(rowCount, Count, RowsOrDense(rowCount), Values);
}

internal sealed class BoolColumnBuilder(int expected = 0) : SparseColumnBuilder(expected)
{
    public bool[] Values = new bool[InitialCapacity];

    public override ColumnType Type => ColumnType.Bool;

    public override long MemoryBytes => (4L * Rows.Length) + Values.Length;

    public void Add(int row, bool value)
    {
        var i = Count;
        if (i == Values.Length)
        {
            var size = NextSize();
            Growth.Resize(ref Values, size);
            Growth.Resize(ref Rows, size);
        }

        Values[i] = value;
        Rows[i] = row;
        LastRow = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new BoolVector(rowCount, Count, RowsOrDense(rowCount), Values);
}
