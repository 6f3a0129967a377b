using System.Numerics;
using System.Runtime.Intrinsics;
using Rubato.Model;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// Asks a <see cref="ILaneTest{T}"/> for all values of a column, 64 at a time, and adds the rows that pass to a set of bits. Specialised by
/// type parameter for each test, so that nothing in the loops is virtual. Each kernel is there twice: with vectors and plain.
/// </summary>
internal static class RowKernels
{
    private static bool UseVectors => Acceleration.IsEnabled && Vector128.IsHardwareAccelerated;

    /// <summary>Value i stands at row i.</summary>
    public static void Dense<T, TTest>(ReadOnlySpan<T> values, TTest test, Span<ulong> words)
        where TTest : struct, ILaneTest<T>
    {
        if (UseVectors) DenseVectors(values, test, words);
        else DensePlain(values, test, words);
    }

    /// <summary>Value i stands at row <c>rows[i]</c>; rows ascend.</summary>
    public static void Sparse<T, TTest>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, TTest test, Span<ulong> words)
        where TTest : struct, ILaneTest<T>
    {
        if (UseVectors) SparseVectors(values, rows, test, words);
        else SparsePlain(values, rows, test, words);
    }

    /// <summary>All these rows, which ascend.</summary>
    public static void Rows(ReadOnlySpan<int> rows, Span<ulong> words)
    {
        if (Acceleration.IsEnabled) RowsByWord(rows, words);
        else RowsPlain(rows, words);
    }

    internal static void DenseVectors<T, TTest>(ReadOnlySpan<T> values, TTest test, Span<ulong> words)
        where TTest : struct, ILaneTest<T>
    {
        var start = 0;
        for (; start + 64 <= values.Length; start += 64) words[start >> 6] |= test.Vectors(values.Slice(start, 64));
        if (start < values.Length) words[start >> 6] |= test.Plain(values[start..]);
    }

    internal static void DensePlain<T, TTest>(ReadOnlySpan<T> values, TTest test, Span<ulong> words)
        where TTest : struct, ILaneTest<T>
    {
        for (var start = 0; start < values.Length; start += 64)
            words[start >> 6] |= test.Plain(values.Slice(start, Math.Min(64, values.Length - start)));
    }

    internal static void SparseVectors<T, TTest>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, TTest test, Span<ulong> words)
        where TTest : struct, ILaneTest<T>
    {
        for (var start = 0; start < values.Length; start += 64)
        {
            var part = values.Slice(start, Math.Min(64, values.Length - start));
            var hits = part.Length == 64 ? test.Vectors(part) : test.Plain(part);
            if (hits == 0) continue;
            var partRows = rows.Slice(start, part.Length);
            if (hits == ulong.MaxValue)
            {
                RowsByWord(partRows, words);
                continue;
            }

            for (; hits != 0; hits &= hits - 1)
            {
                var row = partRows[BitOperations.TrailingZeroCount(hits)];
                words[row >> 6] |= 1UL << row;
            }
        }
    }

    internal static void SparsePlain<T, TTest>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, TTest test, Span<ulong> words)
        where TTest : struct, ILaneTest<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (test.Plain(values.Slice(i, 1)) != 0) words[rows[i] >> 6] |= 1UL << (rows[i] & 63);
        }
    }

    // Neighbours mostly share a word: it is gathered in a register and written once, where setting bit after bit
    // would read what the bit before has just written.
    internal static void RowsByWord(ReadOnlySpan<int> rows, Span<ulong> words)
    {
        if (rows.Length == 0) return;
        var at = rows[0] >> 6;
        var word = 0UL;
        foreach (var row in rows)
        {
            if (row >> 6 != at)
            {
                words[at] |= word;
                (at, word) = (row >> 6, 0);
            }

            word |= 1UL << row;
        }

        words[at] |= word;
    }

    internal static void RowsPlain(ReadOnlySpan<int> rows, Span<ulong> words)
    {
        foreach (var row in rows) words[row >> 6] |= 1UL << (row & 63);
    }
}
