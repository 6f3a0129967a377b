using CsCheck;
using Rubato.Model.Scanning;
using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

public sealed class RowPickingTests
{
    [Fact]
    public void Picked_rows_equal_those_rows_of_the_table() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        var random = new Random(shape.Seed);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(table.Write(shape.Options, random)));
        int g = random.Next(table.RowGroups.Count);
        TestTable.RowGroup group = table.RowGroups[g];
        var cache = new KeepingPageCache();
        for (int round = 0; round < 3; round++)
        {
            double share = random.Next(4) switch { 0 => 1, 1 => 0.3, 2 => 0.02, _ => random.NextDouble() };
            int[] rows = [.. Enumerable.Range(0, group.RowCount).Where(_ => random.NextDouble() < share)];
            int[] columns = [.. Enumerable.Range(0, table.Schema.Count).Where(_ => random.Next(4) > 0)];
            // With and without a cache, and out of a filled one.
            PickedRows picked = Now(reader.ReadRowsAsync(g, columns, rows, random.Next(3) == 0 ? null : cache, CancellationToken.None));
            for (int i = 0; i < columns.Length; i++)
                AssertPicked(table.Schema[columns[i]], group, group.Columns[columns[i]], rows, picked, picked.Columns[i]);
        }
    }, iter: 80);

    [Fact]
    public void Found_texts_are_those_of_the_table_that_contain_the_needle() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        var random = new Random(shape.Seed);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(table.Write(shape.Options, random)));
        TestTable.RowGroup group = table.RowGroups[0];
        var cache = new KeepingPageCache();
        byte[] needle = random.Next(4) switch { 0 => [], 1 => "-1"u8.ToArray(), 2 => [0, 0], _ => "l-42"u8.ToArray() };
        for (int c = 0; c < table.Schema.Count; c++)
        {
            for (int round = 0; round < 2; round++)
            {
                var found = new TextList();
                long? bytes = Now(reader.FindTextsAsync(0, c, needle, found, cache, CancellationToken.None));
                if (table.Schema[c] is not { Type: ParquetType.ByteArray, IsRepeated: false } || reader.RowGroups[0].Columns[c].HasDictionary)
                {
                    Assert.Null(bytes);
                    continue;
                }
                List<string> expected = [.. group.Columns[c].Select((value, row) => (Value: (byte[]?)value, row))
                    .Where(pair => pair.Value is not null && pair.Value.AsSpan().IndexOf(needle) >= 0).Select(pair => $"{pair.row} {Convert.ToHexString(pair.Value!)}")];
                Assert.Equal(expected, found.Texts);
            }
        }
    }, iter: 60);

    [Fact]
    public void A_row_outside_the_row_group_is_a_mistake_of_the_caller()
    {
        var shape = new TestTables.Shape(Seed: 3, Rows: 50, RowGroups: 1, PageRows: 8, MinPageValues: 0, ZstdLevel: 1, BoundBytes: 0);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(TestTables.Make(shape).Write(shape.Options, new Random(1))));

        Assert.Throws<ArgumentOutOfRangeException>(() => Now(reader.ReadRowsAsync(0, [0], new[] { 3, 50 }, null, CancellationToken.None)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Now(reader.ReadRowsAsync(0, [0], new[] { 3, 3 }, null, CancellationToken.None)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Now(reader.ReadRowsAsync(0, [0], new[] { -1 }, null, CancellationToken.None)));
    }

    [Fact]
    public void A_damaged_page_is_named_with_column_row_group_and_offset()
    {
        var shape = new TestTables.Shape(Seed: 11, Rows: 400, RowGroups: 2, PageRows: 64, MinPageValues: 0, ZstdLevel: 1, BoundBytes: 0);
        TestTable table = TestTables.Make(shape);
        byte[] file = table.Write(shape.Options, new Random(1));
        ParquetFileReader good = ParquetFileReader.Open(new MemorySource(file));
        int column = table.Schema.IndexOf("trace_id");
        ParquetColumnChunk chunk = good.RowGroups[1].Columns[column];
        file[chunk.Offset + chunk.Length - 3] ^= 0x55; // In its last page.

        ParquetFileReader damaged = ParquetFileReader.Open(new MemorySource(file));
        int last = damaged.RowGroups[1].RowCount - 1;
        var e = Assert.Throws<ParquetFormatException>(() => Now(damaged.ReadRowsAsync(1, [column], new[] { 0, last }, null, CancellationToken.None)));

        Assert.Equal("trace_id", e.Column);
        Assert.InRange(e.Offset, chunk.Offset, chunk.Offset + chunk.Length);
        Assert.Contains("Row group 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("checksum", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, Now(damaged.ReadRowsAsync(1, [column], new[] { 0 }, null, CancellationToken.None)).Columns[0].Count);
    }

    private static void AssertPicked(ParquetField field, TestTable.RowGroup group, object?[] column, int[] rows, PickedRows read, PickedColumn picked)
    {
        List<object?> expected = [];
        if (field.Group is { } name)
        {
            int[] counts = group.ChildCounts[name];
            int[] starts = new int[counts.Length + 1];
            for (int i = 0; i < counts.Length; i++)
                starts[i + 1] = starts[i] + counts[i];
            foreach (int row in rows)
                expected.AddRange(column[starts[row]..starts[row + 1]]);
            Assert.Equal(rows.SelectMany((row, place) => Enumerable.Repeat(place, counts[row])), read.Owners[name]);
        }
        else
        {
            expected.AddRange(rows.Select(row => column[row]));
        }

        Assert.Equal(expected.Count, picked.RowCount);
        Assert.Equal(expected.Count(value => value is not null), picked.Count);
        for (int i = 0; i < picked.Count; i++)
            Assert.Equal(expected[picked.Rows[i]], ValueAt(picked, i));
    }

    private static object ValueAt(PickedColumn picked, int i) => picked.Field.Type switch
    {
        ParquetType.Boolean => picked.Bytes[i] == 1,
        ParquetType.Int32 or ParquetType.Int64 => picked.Numbers[i],
        ParquetType.Double => BitConverter.Int64BitsToDouble(picked.Numbers[i]),
        _ => picked.BytesAt(i).ToArray(),
    };

    /// <summary>A local source answers at once.</summary>
    private static T Now<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    private sealed class TextList : ITextSink
    {
        public List<string> Texts { get; } = [];

        public void Add(int row, ReadOnlySpan<byte> text) => Texts.Add($"{row} {Convert.ToHexString(text)}");
    }
}
