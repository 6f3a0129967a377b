using CsCheck;
using Rubato.Model.Scanning;
using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Whole columns and parts of them through the page cache, and the bounds of pages.</summary>
public sealed class CachedColumnTests
{
    [Fact]
    public void A_column_through_the_cache_equals_the_table() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        var random = new Random(shape.Seed);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(table.Write(shape.Options, random)));
        int g = random.Next(table.RowGroups.Count);
        TestTable.RowGroup group = table.RowGroups[g];
        var cache = new KeepingPageCache();
        for (int c = 0; c < table.Schema.Count; c++)
        {
            // Without a cache, into one, and out of it.
            for (int round = 0; round < 3; round++)
            {
                ParquetColumnVector vector = Now(reader.ReadColumnAsync(g, c, null, round == 0 ? null : cache, null, CancellationToken.None)).Values;
                Assert.Equal(group.Columns[c], ValuesOf(vector));
            }
        }
    }, iter: 40);

    [Fact]
    public void Rows_of_wanted_pages_are_right_and_other_pages_are_not_read() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        var random = new Random(shape.Seed);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(table.Write(shape.Options, random)));
        TestTable.RowGroup group = table.RowGroups[0];
        var ranges = new RowRanges.Builder();
        for (int first = random.Next(group.RowCount); first < group.RowCount; first += 1 + random.Next(1 + group.RowCount))
            ranges.Add(first, Math.Min(group.RowCount, first + 1 + random.Next(20)));
        RowRanges wanted = ranges.ToRanges();
        for (int c = 0; c < table.Schema.Count; c++)
        {
            if (table.Schema[c].IsRepeated)
                continue;
            (ParquetColumnVector vector, long bytes) = Now(reader.ReadColumnAsync(0, c, wanted, new KeepingPageCache(), null, CancellationToken.None));
            object?[] values = ValuesOf(vector);
            for (int row = 0; row < group.RowCount; row++)
            {
                // Rows of a page that was not read have no value; those asked for have theirs.
                if (wanted.Overlaps(row, row + 1) || values[row] is not null)
                    Assert.Equal(group.Columns[c][row], values[row]);
            }
            Assert.InRange(bytes, 0, reader.RowGroups[0].Columns[c].Length);
        }
    }, iter: 40);

    [Fact]
    public void Pages_are_ruled_out_only_where_no_value_passes() => TestTables.Shapes.Sample(shape =>
    {
        TestTable table = TestTables.Make(shape);
        var random = new Random(shape.Seed);
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(table.Write(shape.Options, random)));
        TestTable.RowGroup group = table.RowGroups[^1];
        var cache = new KeepingPageCache();
        for (int c = 0; c < table.Schema.Count; c++)
        {
            double[] numbers = [.. group.Columns[c].Where(v => v is long or double).Select(v => Convert.ToDouble(v, System.Globalization.CultureInfo.InvariantCulture))];
            double from = numbers.Length == 0 ? 0 : numbers[random.Next(numbers.Length)];
            var test = new AtLeast(from);
            if (Now(reader.FindRangesAsync(table.RowGroups.Count - 1, c, test, cache, CancellationToken.None)) is not { } ranges)
                continue;
            for (int row = 0; row < group.RowCount; row++)
            {
                if (group.Columns[c][row] is { } value && Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) >= from)
                    Assert.True(ranges.Overlaps(row, row + 1), $"column {table.Schema[c].Path}, row {row} has {value}, which is at least {from}");
            }
        }
    }, iter: 60);

    [Fact]
    public void A_rare_number_leaves_its_page_only()
    {
        long[] values = [.. Enumerable.Range(0, 1000).Select(i => i == 700 ? 5000L : i % 100)];
        ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(OneColumn(values)));

        RowRanges found = Now(reader.FindRangesAsync(0, 0, new AtLeast(1000), null, CancellationToken.None))!.Value;

        Assert.Equal((1, 640, 704), (found.Count, found.First(0), found.End(0)));
        Assert.Null(Now(reader.FindRangesAsync(0, 0, new AtLeast(50), null, CancellationToken.None)));
        Assert.True(Now(reader.FindRangesAsync(0, 0, new AtLeast(6000), null, CancellationToken.None))!.Value.IsEmpty);
    }

    [Fact]
    public void A_changed_bound_is_named()
    {
        byte[] file = OneColumn([.. Enumerable.Range(0, 1000).Select(i => (long)i)]);
        ParquetFileReader good = ParquetFileReader.Open(new MemorySource(file));
        ParquetColumnChunk chunk = good.RowGroups[0].Columns[0];
        for (int at = 0; at < chunk.ColumnIndexLength; at++)
        {
            byte[] bad = [.. file];
            bad[chunk.ColumnIndexOffset + at] ^= 1;
            ParquetFileReader reader = ParquetFileReader.Open(new MemorySource(bad));
            var e = Assert.Throws<ParquetFormatException>(() => Now(reader.FindRangesAsync(0, 0, new AtLeast(500), null, CancellationToken.None)));
            Assert.Contains("row group 0", e.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] OneColumn(long[] values)
    {
        var output = new MemoryStream();
        var schema = new ParquetSchema([ParquetField.Int64("n").Required()]);
        using (var writer = new ParquetFileWriter(output, schema, new ParquetWriterOptions { PageRows = 64, MinPageValues = 0 }))
        {
            writer.BeginRowGroup(values.Length);
            writer.WriteLongs(values);
            writer.EndRowGroup();
            writer.Finish();
        }
        return output.ToArray();
    }

    private static object?[] ValuesOf(ParquetColumnVector vector)
    {
        var values = new object?[vector.RowCount];
        for (int i = 0; i < vector.Count; i++)
        {
            values[vector.AllPresent ? i : vector.Rows[i]] = vector.Field.Type switch
            {
                ParquetType.Boolean => vector.Booleans[i] == 1,
                ParquetType.Int32 or ParquetType.Int64 => vector.Longs[i],
                ParquetType.Double => vector.Doubles[i],
                _ => vector.BytesAt(i).ToArray(),
            };
        }
        return values;
    }

    private static T Now<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    private sealed class AtLeast(double from) : IRangeTest
    {
        public bool MayHold(long min, long max) => max >= from;

        public bool MayHold(double min, double max) => max >= from;
    }
}
