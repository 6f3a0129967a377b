using System.Text;
using Rubato.Model.Columns;
using Rubato.TraceQL.Execution.Scan;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>Each kernel and its plain twin, on random values at all lengths around the borders of 64; both are called by name, whatever the switch says.</summary>
public sealed class KernelTests
{
    private static readonly int[] Lengths = [0, 1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 200, 1000];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(2, 9)]
    [InlineData(0, int.MaxValue)]
    public void Codes_in_a_range_are_found_alike(int low, int high)
    {
        foreach (var inverted in (bool[])[false, true])
            Compare(new CodeRange(low, high, inverted), (random, _) => random.Next(6) == 0 ? random.Next() : random.Next(12), v => (v >= low && v <= high) != inverted);
    }

    [Fact]
    public void Codes_of_a_table_are_found_alike()
    {
        byte[] table = [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1];
        Compare(new CodeTable(table), (random, _) => random.Next(table.Length), v => table[v] != 0);
    }

    [Fact]
    public void A_code_beyond_the_table_is_refused_not_read()
    {
        var words = new ulong[2];
        var codes = new int[128];
        codes[70] = 5;
        Assert.Throws<IndexOutOfRangeException>(() => RowKernels.DenseVectors(codes, new CodeTable(new byte[5]), words));
        Assert.Throws<IndexOutOfRangeException>(() => RowKernels.DensePlain(codes, new CodeTable(new byte[5]), words));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-5, 5)]
    [InlineData(long.MinValue, -1)]
    [InlineData(1, long.MaxValue)]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Whole_numbers_in_a_range_are_found_alike(long low, long high)
    {
        long[] borders = [long.MinValue, long.MaxValue, -1, 0, 1, -5, 5, -6, 6, low, high, unchecked(low - 1), unchecked(high + 1)];
        foreach (var inverted in (bool[])[false, true])
            Compare(new IntRange(low, high, inverted), (random, _) => borders[random.Next(borders.Length)], v => (v >= low && v <= high) != inverted);
    }

    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(-0.0, 0.0)]
    [InlineData(double.NegativeInfinity, 1.0)]
    [InlineData(1.0, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(2.0, 1.0)]
    public void Floats_in_a_range_are_found_alike(double low, double high)
    {
        double[] borders = [double.NaN, double.NegativeInfinity, double.PositiveInfinity, 0.0, -0.0, 0.5, 1, 2, double.Epsilon, low, high, double.BitIncrement(high), double.BitDecrement(low)];
        foreach (var inverted in (bool[])[false, true])
            Compare(new FloatRange(low, high, inverted), (random, _) => borders[random.Next(borders.Length)], v => (v >= low && v <= high) != inverted);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Booleans_are_found_alike(bool onTrue, bool onFalse) => Compare(new BoolIs(onTrue, onFalse), (random, _) => random.Next(2) == 0, v => v ? onTrue : onFalse);

    [Fact]
    public void Rows_are_added_alike()
    {
        var random = new Random(7);
        foreach (var share in (double[])[0, 0.01, 0.3, 0.9, 1])
        {
            int[] rows = [.. Enumerable.Range(0, 1000).Where(_ => random.NextDouble() < share)];
            var (fast, plain) = (Noise(1000, 3), Noise(1000, 3));
            RowKernels.RowsByWord(rows, fast);
            RowKernels.RowsPlain(rows, plain);
            Assert.Equal(plain, fast);
            Assert.All(rows, row => Assert.Equal(1UL, fast[row >> 6] >> (row & 63) & 1));
        }
    }

    [Fact]
    public void Sets_of_bits_are_combined_alike()
    {
        foreach (var length in Lengths)
        {
            Combine<BitAnd>(length, (a, b) => a & b);
            Combine<BitAndNot>(length, (a, b) => a & ~b);
            Combine<BitOr>(length, (a, b) => a | b);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("same-length-1")]
    [InlineData("https://shop.example/items/7")]
    public void An_exact_text_is_found_alike_at_every_place(string wanted)
    {
        var random = new Random(11);
        var text = Encoding.UTF8.GetBytes(wanted);
        string[] others = ["", "a", "b", "ab", "same-length-2", "tame-length-1", "https://shop.example/items/8", "http://shop.example/items/7"];
        foreach (var length in Lengths)
        {
            string[] entries = [.. Enumerable.Range(0, length).Select(_ => random.Next(20) == 0 ? wanted : others[random.Next(others.Length)])];
            var view = View(entries);
            int[] expected = [.. Enumerable.Range(0, length).Where(i => entries[i] == wanted)];
            Assert.Equal(expected, All(from => ExactText.NextVectors(view, text, from)));
            Assert.Equal(expected, All(from => ExactText.NextPlain(view, text, from)));
        }
    }

    [Fact]
    public void A_match_is_a_range_exactly_when_its_codes_are_neighbours()
    {
        var random = new Random(13);
        for (var i = 0; i < 500; i++)
        {
            string[] entries = [.. Enumerable.Range(0, random.Next(2, 12)).Select(_ => random.Next(3) == 0 ? "yes" : "no")];
            if (!entries.Contains("yes") || !entries.Contains("no")) continue;
            var match = DictionaryMatch.Of(View(entries), ColumnType.String, new ContainsTest("yes"), CancellationToken.None);
            Assert.Equal(entries.Select(e => e == "yes" ? (byte)1 : (byte)0), match.Codes);
            if (match.TryRange(out var low, out var high, out var inverted))
                Assert.All(Enumerable.Range(0, entries.Length), code => Assert.Equal(entries[code] == "yes", (code >= low && code <= high) != inverted));
            else
                Assert.True(string.Concat(entries.Select(e => e[0])).Split('y', StringSplitOptions.RemoveEmptyEntries).Length > 1);
        }
    }

    private static void Compare<T, TTest>(TTest test, Func<Random, int, T> value, Func<T, bool> passes)
        where TTest : struct, ILaneTest<T>
    {
        var random = new Random(5);
        foreach (var length in Lengths)
        {
            T[] values = [.. Enumerable.Range(0, length).Select(i => value(random, i))];
            int[] rows = [.. Enumerable.Range(0, length * 3).Where(_ => random.Next(3) == 0).Take(length)];
            if (rows.Length < length) rows = [.. Enumerable.Range(0, length).Select(i => i * 2)];

            // What was set before stays set.
            var (dense, densePlain, sparse, sparsePlain) = (Noise(length, 1), Noise(length, 1), Noise(length * 3, 2), Noise(length * 3, 2));
            RowKernels.DenseVectors(values, test, dense);
            RowKernels.DensePlain(values, test, densePlain);
            RowKernels.SparseVectors(values, rows, test, sparse);
            RowKernels.SparsePlain(values, rows, test, sparsePlain);
            Assert.Equal(densePlain, dense);
            Assert.Equal(sparsePlain, sparse);

            var (before, beforeSparse) = (Noise(length, 1), Noise(length * 3, 2));
            for (var i = 0; i < length; i++)
            {
                if (passes(values[i])) before[i >> 6] |= 1UL << (i & 63);
                if (passes(values[i])) beforeSparse[rows[i] >> 6] |= 1UL << (rows[i] & 63);
            }

            Assert.Equal(before, dense);
            Assert.Equal(beforeSparse, sparse);
        }
    }

    private static void Combine<TOperator>(int length, Func<ulong, ulong, ulong> expected)
        where TOperator : struct, IBitOperator
    {
        var (mine, other) = (Random(length, 1), Random(length, 2));
        ulong[] wanted = [.. mine.Zip(other, expected)];
        ulong[] fast = [.. mine], plain = [.. mine];
        BitWords.ApplyVectors<TOperator>(fast, other);
        BitWords.ApplyPlain<TOperator>(plain, other);
        Assert.Equal(wanted, fast);
        Assert.Equal(wanted, plain);
    }

    private static ulong[] Random(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
    }

    // Some bits that are set already; one word more than the rows need, which must stay as it is.
    private static ulong[] Noise(int rows, int seed) => [.. Random(((rows + 63) >> 6) + 1, seed).Select(word => word & 0x0101_0101_0101_0101)];

    private static DictionaryView View(string[] entries)
    {
        var offsets = new int[entries.Length + 1];
        for (var i = 0; i < entries.Length; i++) offsets[i + 1] = offsets[i] + Encoding.UTF8.GetByteCount(entries[i]);
        return new DictionaryView(Encoding.UTF8.GetBytes(string.Concat(entries)), offsets, entries.Length);
    }

    private static List<int> All(Func<int, int> next)
    {
        var found = new List<int>();
        for (var at = next(0); at >= 0; at = next(at + 1)) found.Add(at);
        return found;
    }
}
