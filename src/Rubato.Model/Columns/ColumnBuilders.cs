namespace Rubato.Model.Columns;

// Growing columns of a SpanBatchBuilder. Arrays are replaced when they grow and never shrink or change below Count, so a
// snapshot that shares them stays as it was. Sparse columns hold (row, value) pairs: a span has ~8 of a batch's ~100
// attribute columns, and 8 pairs of 8 bytes are far less than 100 dense slots.

internal abstract class SparseColumnBuilder
{
    protected const int InitialCapacity = 16;

    public int[] Rows = new int[InitialCapacity];

    public int Count;

    public abstract ColumnType Type { get; }

    public abstract long MemoryBytes { get; }

    public abstract ColumnVector Snapshot(int rowCount);

    /// <summary>The row that was given a value last, or -1. Rows come in ascending order.</summary>
    public int LastRow => Count == 0 ? -1 : Rows[Count - 1];

    // A column with a value on every row so far is handed out as dense: cheaper for the reader.
    protected int[]? RowsOrDense(int rowCount) => Count == rowCount ? null : Rows;
}

internal sealed class StringColumnBuilder(ColumnType type) : SparseColumnBuilder
{
    public int[] Codes = new int[InitialCapacity];

    public readonly StringDictionary Dictionary = new();

    public override ColumnType Type => type;

    public override long MemoryBytes => (4L * (Rows.Length + Codes.Length)) + Dictionary.MemoryBytes;

    public void Add(int row, int code)
    {
        var i = Count;
        if (i == Codes.Length)
        {
            Array.Resize(ref Codes, i * 2);
            Array.Resize(ref Rows, i * 2);
        }

        Codes[i] = code;
        Rows[i] = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new StringVector(rowCount, Count, RowsOrDense(rowCount), Codes, Dictionary.View, type);
}

internal sealed class Int64ColumnBuilder : SparseColumnBuilder
{
    public long[] Values = new long[InitialCapacity];

    public override ColumnType Type => ColumnType.Int64;

    public override long MemoryBytes => (4L * Rows.Length) + (8L * Values.Length);

    public void Add(int row, long value)
    {
        var i = Count;
        if (i == Values.Length)
        {
            Array.Resize(ref Values, i * 2);
            Array.Resize(ref Rows, i * 2);
        }

        Values[i] = value;
        Rows[i] = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new Int64Vector(rowCount, Count, RowsOrDense(rowCount), Values);
}

internal sealed class DoubleColumnBuilder : SparseColumnBuilder
{
    public double[] Values = new double[InitialCapacity];

    public override ColumnType Type => ColumnType.Double;

    public override long MemoryBytes => (4L * Rows.Length) + (8L * Values.Length);

    public void Add(int row, double value)
    {
        var i = Count;
        if (i == Values.Length)
        {
            Array.Resize(ref Values, i * 2);
            Array.Resize(ref Rows, i * 2);
        }

        Values[i] = value;
        Rows[i] = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new DoubleVector(rowCount, Count, RowsOrDense(rowCount), Values);
}

internal sealed class BoolColumnBuilder : SparseColumnBuilder
{
    public bool[] Values = new bool[InitialCapacity];

    public override ColumnType Type => ColumnType.Bool;

    public override long MemoryBytes => (4L * Rows.Length) + Values.Length;

    public void Add(int row, bool value)
    {
        var i = Count;
        if (i == Values.Length)
        {
            Array.Resize(ref Values, i * 2);
            Array.Resize(ref Rows, i * 2);
        }

        Values[i] = value;
        Rows[i] = row;
        Count = i + 1;
    }

    public override ColumnVector Snapshot(int rowCount) => new BoolVector(rowCount, Count, RowsOrDense(rowCount), Values);
}
