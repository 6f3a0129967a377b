using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockIndexTests
{
    [Fact]
    public async Task Every_value_may_be_contained_and_an_absent_one_is_not()
    {
        using var block = TestBlock.Write(new SpanGenerator(31).Batches(2, 300));
        foreach (var segment in await block.SegmentsAsync())
        {
            foreach (var column in segment.Attributes.Where(a => a.Type == ColumnType.String))
            {
                var vector = (StringVector)await segment.ReadAsync(column, ScanContext.None);
                for (var i = 0; i < vector.Count; i++) Assert.True(await segment.MayContainAsync(column, vector[i].ToArray(), ScanContext.None));
                Assert.False(await segment.MayContainAsync(column, "no such value"u8.ToArray(), ScanContext.None));
            }
        }
    }

    [Fact]
    public async Task Many_values_are_answered_by_a_filter_with_few_false_positives()
    {
        var builder = new SpanBatchBuilder();
        new SpanGenerator(32).Fill(builder, 100);
        var row = builder.SpanCount;
        for (var i = 0; i < 20_000; i++)
        {
            new SpanGenerator(1000 + i) { KeyCount = 2 }.Fill(builder, 1);
            builder.AddString(AttributeOwner.Span, row + i, "unique"u8, Encoding.UTF8.GetBytes("value-" + i));
        }

        using var block = TestBlock.Write([builder.Snapshot()], new BlockWriterOptions());
        var segment = (await block.SegmentsAsync())[0];
        var column = segment.Attributes.Single(a => a.Key == "unique");

        Assert.Null(await segment.ReadDictionaryAsync(column, ScanContext.None));
        var vector = (StringVector)await segment.ReadAsync(column, ScanContext.None);
        for (var i = 0; i < vector.Count; i++) Assert.True(await segment.MayContainAsync(column, vector[i].ToArray(), ScanContext.None));
        var passed = 0;
        for (var i = 0; i < 10_000; i++) passed += await segment.MayContainAsync(column, Encoding.UTF8.GetBytes("absent-" + i), ScanContext.None) ? 1 : 0;
        Assert.InRange(passed, 1, 1000); // 6 to 12 bits a value: 10 % to 1 %.
        Assert.Equal(await File.ReadAllBytesAsync(block.IndexPath, TestContext.Current.CancellationToken), await TestBlock.Format.RebuildIndexAsync(block.Folder, CancellationToken.None));
    }

    [Fact]
    public async Task Rows_read_alone_equal_rows_of_the_whole_column()
    {
        using var block = TestBlock.Write(new SpanGenerator(33).Batches(2, 300), new BlockWriterOptions { RowGroupSpans = 10_000 });
        var segment = (await block.SegmentsAsync())[0];
        var rows = RowSet.Of([.. Enumerable.Range(0, segment.SpanCount).Where(r => r % 7 == 3)]);
        foreach (var column in segment.Attributes.Where(a => a.Owner is not (AttributeOwner.Event or AttributeOwner.Link)))
        {
            var expected = ColumnSlicer.Slice(await segment.ReadAsync(column, ScanContext.None), rows);
            var actual = await segment.ReadRowsAsync(column, rows, ScanContext.None);
            Assert.Equal(Values(expected), Values(actual));
        }

        static List<string> Values(ColumnVector vector) =>
            [.. Enumerable.Range(0, vector.Count).Select(i => (vector.IsDense ? i : vector.Rows[i]) + "=" + SpanReader.ValueAt(vector, i))];
    }
}
