using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Rubato.Model.Columns;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>Loops over columns that add the rows whose value passes to a selection.</summary>
internal static class ColumnKernels
{
    /// <summary>Codes that are in the match.</summary>
    public static void Codes(StringVector column, DictionaryMatch match, Selection into)
    {
        if (match.Count == 0) return;
        var codes = column.Codes;
        if (!column.IsDense)
        {
            var rows = column.Rows;
            var table = match.Codes;
            for (var i = 0; i < codes.Length; i++)
            {
                if (table[codes[i]] != 0) into.Set(rows[i]);
            }
        }
        else if (match.Count == 1)
        {
            EqualDense(codes, match.First, into.Words);
        }
        else
        {
            var words = into.Words;
            var table = match.Codes;
            for (var start = 0; start < codes.Length; start += 64)
            {
                var part = codes.Slice(start, Math.Min(64, codes.Length - start));
                var word = 0UL;
                for (var i = 0; i < part.Length; i++) word |= (ulong)table[part[i]] << i;
                words[start >> 6] |= word;
            }
        }
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
        var values = column.Values;
        if (test.TryIntRange(out var low, out var high, out var inverted))
        {
            if (column.IsDense) RangeDense(values, low, high, inverted, into.Words);
            else RangeSparse(values, column.Rows, low, high, inverted, into);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (test.Int(values[i])) into.Set(RowOf(column, i));
        }
    }

    public static void Floats(DoubleVector column, ValueTest test, Selection into)
    {
        var values = column.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (test.Float(values[i])) into.Set(RowOf(column, i));
        }
    }

    public static void Bools(BoolVector column, ValueTest test, Selection into)
    {
        var values = column.Values;
        var (onTrue, onFalse) = (test.Bool(true), test.Bool(false));
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] ? onTrue : onFalse) into.Set(RowOf(column, i));
        }
    }

    /// <summary>Rows that have a value at all.</summary>
    public static void Present(ColumnVector column, Selection into)
    {
        if (column.IsDense)
        {
            into.SetAll();
            return;
        }

        foreach (var row in column.Rows) into.Set(row);
    }

    private static int RowOf(ColumnVector column, int index) => column.IsDense ? index : column.Rows[index];

    private static void EqualDense(ReadOnlySpan<int> codes, int wanted, Span<ulong> words)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(codes);
            var pattern = Vector256.Create(wanted);
            for (; i + 64 <= codes.Length; i += 64)
            {
                var word = 0UL;
                for (var lane = 0; lane < 64; lane += 8)
                {
                    var equal = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)(i + lane)), pattern);
                    word |= (ulong)Vector256.ExtractMostSignificantBits(equal) << lane;
                }

                words[i >> 6] |= word;
            }
        }

        for (; i < codes.Length; i++)
        {
            if (codes[i] == wanted) words[i >> 6] |= 1UL << (i & 63);
        }
    }

    // One unsigned comparison says whether a value lies in a closed range.
    private static void RangeDense(ReadOnlySpan<long> values, long low, long high, bool inverted, Span<ulong> words)
    {
        var width = (ulong)high - (ulong)low;
        var flip = inverted ? ulong.MaxValue : 0UL;
        for (var start = 0; start < values.Length; start += 64)
        {
            var part = values.Slice(start, Math.Min(64, values.Length - start));
            var word = 0UL;
            if (part.Length == 64 && Vector256.IsHardwareAccelerated)
            {
                ref var first = ref Unsafe.As<long, ulong>(ref MemoryMarshal.GetReference(part));
                var (lows, widths) = (Vector256.Create((ulong)low), Vector256.Create(width));
                for (var lane = 0; lane < 64; lane += 4)
                {
                    var inside = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)lane) - lows, widths);
                    word |= (ulong)Vector256.ExtractMostSignificantBits(inside) << lane;
                }
            }
            else
            {
                for (var i = 0; i < part.Length; i++) word |= ((ulong)part[i] - (ulong)low <= width ? 1UL : 0UL) << i;
            }

            word ^= flip;
            if (part.Length < 64) word &= ulong.MaxValue >> (64 - part.Length);
            words[start >> 6] |= word;
        }
    }

    private static void RangeSparse(ReadOnlySpan<long> values, ReadOnlySpan<int> rows, long low, long high, bool inverted, Selection into)
    {
        var width = (ulong)high - (ulong)low;
        for (var i = 0; i < values.Length; i++)
        {
            if (((ulong)values[i] - (ulong)low <= width) != inverted) into.Set(rows[i]);
        }
    }
}
