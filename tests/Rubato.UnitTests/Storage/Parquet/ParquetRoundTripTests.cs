using Xunit;
using CsCheck;
using Rubato.Storage.Parquet;

namespace Rubato.UnitTests.Storage.Parquet;

public sealed class ParquetRoundTripTests
{
    [Fact]
    public void What_was_written_is_read_again() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        byte[] file = table.Write(shape.Options, new Random(shape.Seed));
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(file));

        Assert.Equal(table.Schema.Fields, reader.Schema.Fields);
        Assert.Equal("ünïcode", reader.Metadata["rubato.test"]);
        Assert.Equal(table.RowGroups.Sum(group => group.RowCount), reader.RowCount);
        for (int g = 0; g < table.RowGroups.Count; g++)
        {
            for (int c = 0; c < table.Schema.Count; c++)
            {
                TestTable.RowGroup group = table.RowGroups[g];
                if (table.Schema[c].Group is { } name)
                    Assert.Equal(group.ChildCounts[name], reader.ReadChildCounts(g, c));
                using ParquetColumnVector vector = reader.ReadColumn(g, c);
                AssertSame(group.Columns[c], vector);
            }
        }
    }, iter: 60);

    [Fact]
    public void A_range_of_rows_reads_as_that_part_of_the_column() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        var random = new Random(shape.Seed);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(table.Write(shape.Options, random)));
        int g = random.Next(table.RowGroups.Count);
        TestTable.RowGroup group = table.RowGroups[g];
        int first = random.Next(group.RowCount), count = random.Next(group.RowCount - first + 1);
        for (int c = 0; c < table.Schema.Count; c++)
        {
            Range expected = first..(first + count);
            if (table.Schema[c].Group is { } name)
            {
                int[] counts = group.ChildCounts[name];
                Assert.Equal(counts[expected], reader.ReadChildCountsRows(g, c, first, count));
                expected = counts[..first].Sum()..counts[..(first + count)].Sum();
            }
            ParquetDictionary? dictionary = random.Next(2) == 0 ? reader.ReadDictionaryOnly(g, c) : null;
            using ParquetColumnVector vector = reader.ReadColumnRows(g, c, first, count, dictionary);
            AssertSame(group.Columns[c][expected], vector);
        }
    }, iter: 60);

    [Fact]
    public async Task Asynchronous_reads_answer_as_the_synchronous_ones()
    {
        var shape = new TestTables.Shape(Seed: 7, Rows: 900, RowGroups: 2, PageRows: 64, MinPageValues: 0, ZstdLevel: 1, BoundBytes: 0);
        TestTable table = TestTables.Make(shape);
        var source = new RemoteSource(table.Write(shape.Options, new Random(shape.Seed)));
        CancellationToken token = TestContext.Current.CancellationToken;
        ParquetFileReader reader = await ParquetFileReader.OpenAsync(source, new ParquetReaderOptions { TailReadBytes = 64 }, token);
        for (int c = 0; c < table.Schema.Count; c++)
        {
            object?[] column = table.RowGroups[1].Columns[c];
            using (ParquetColumnVector vector = await reader.ReadColumnAsync(1, c, token))
                AssertSame(column, vector);
            int from = 100, to = 137;
            if (table.Schema[c].Group is { } name)
            {
                int[] counts = table.RowGroups[1].ChildCounts[name];
                Assert.Equal(counts, await reader.ReadChildCountsAsync(1, c, token));
                (from, to) = (counts[..100].Sum(), counts[..137].Sum());
            }
            using ParquetColumnVector part = await reader.ReadColumnRowsAsync(1, c, 100, 37, await reader.ReadDictionaryOnlyAsync(1, c, token), token);
            AssertSame(column[from..to], part);
            using ParquetColumnVector again = await reader.ReadColumnRowsAsync(1, c, 100, 37, null, token);
            AssertSame(column[from..to], again);
        }
    }

    internal static void AssertSame(object?[] expected, ParquetColumnVector vector)
    {
        string column = vector.Field.Path;
        Assert.True(expected.Length == vector.RowCount, $"{column}: {vector.RowCount} rows instead of {expected.Length}");
        int present = expected.Count(value => value is not null);
        Assert.True(present == vector.Count, $"{column}: {vector.Count} values instead of {present}");
        for (int row = 0, i = 0; row < expected.Length; row++)
        {
            if (expected[row] is not { } value)
                continue;
            if (!vector.AllPresent)
                Assert.True(row == vector.Rows[i], $"{column}: value {i} in row {vector.Rows[i]} instead of {row}");
            Assert.True(IsSame(value, vector, i), $"{column}: value {i} of row {row} differs");
            i++;
        }
    }

    private static bool IsSame(object expected, ParquetColumnVector vector, int i) => vector.Field.Type switch
    {
        ParquetType.Boolean => vector.Booleans[i] == ((bool)expected ? 1 : 0),
        ParquetType.Int32 or ParquetType.Int64 => vector.Longs[i] == (long)expected,
        ParquetType.Double => BitConverter.DoubleToInt64Bits(vector.Doubles[i]) == BitConverter.DoubleToInt64Bits((double)expected),
        _ => vector.BytesAt(i).SequenceEqual((byte[])expected),
    };

    /// <summary>A source that is never done at once and refuses to be read synchronously.</summary>
    private sealed class RemoteSource(byte[] file) : IRandomAccessSource
    {
        public long Length => file.Length;
        public bool CanReadSynchronously => false;
        public void Read(long offset, Span<byte> buffer) => throw new NotSupportedException();

        public async ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            await Task.Yield();
            file.AsMemory((int)offset, buffer.Length).CopyTo(buffer);
        }
    }
}
