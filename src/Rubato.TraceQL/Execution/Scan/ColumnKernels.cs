using Rubato.Model.Columns;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>Adds the rows of a column whose value passes to a selection: chooses the kernel that fits column and condition.</summary>
internal static class ColumnKernels
{
    /// <summary>Codes that are in the match.</summary>
    public static void Codes(StringVector column, DictionaryMatch match, Selection into)
    {
        if (match.Count == 0) return;
        if (match.Count == match.Codes.Length) Present(column, into);
        else if (match.TryRange(out var low, out var high, out var inverted)) Add(column, column.Codes, new CodeRange(low, high, inverted), into);
        else Add(column, column.Codes, new CodeTable(match.Codes), into);
    }

    /// <summary>Each value on its own, where the dictionary is larger than the column.</summary>
    public static void Texts(StringVector column, ValueTest test, Selection into)
    {
        for (var i = 0; i < column.Count; i++)
        {
            if (test.Text(column[i])) into.Set(RowOf(column, i));
        }
    }

    public static void Ints(Int64Vector column, ValueTest test, Selection into)
    {
        if (test.TryIntRange(out var low, out var high, out var inverted))
        {
            Add(column, column.Values, new IntRange(low, high, inverted), into);
            return;
        }

        var values = column.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (test.Int(values[i])) into.Set(RowOf(column, i));
        }
    }

    public static void Floats(DoubleVector column, ValueTest test, Selection into)
    {
        if (test.TryFloatRange(out var low, out var high, out var inverted))
        {
            Add(column, column.Values, new FloatRange(low, high, inverted), into);
            return;
        }

        var values = column.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (test.Float(values[i])) into.Set(RowOf(column, i));
        }
    }

    public static void Bools(BoolVector column, ValueTest test, Selection into) =>
        Add(column, column.Values, new BoolIs(test.Bool(true), test.Bool(false)), into);

    /// <summary>Rows that have a value at all.</summary>
    public static void Present(ColumnVector column, Selection into)
    {
        if (column.IsDense) into.SetAll();
        else RowKernels.Rows(column.Rows, into.Words);
    }

    private static void Add<T, TTest>(ColumnVector column, ReadOnlySpan<T> values, TTest test, Selection into)
        where TTest : struct, ILaneTest<T>
    {
        if (column.IsDense) RowKernels.Dense(values, test, into.Words);
        else RowKernels.Sparse(values, column.Rows, test, into.Words);
    }

    private static int RowOf(ColumnVector column, int index) => column.IsDense ? index : column.Rows[index];
}
