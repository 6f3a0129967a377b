using CsCheck;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockRoundTripTests
{
    [Fact]
    public async Task Spans_come_out_as_they_went_in()
    {
        var batches = new SpanGenerator(1).Batches(4, 300);
        using var block = TestBlock.Write(batches);

        var segments = await block.SegmentsAsync();

        Assert.True(segments.Count > 1);
        await AssertHoldsAsync(batches, block);
    }

    [Fact]
    public async Task Keys_beyond_the_column_limit_go_to_the_overflow_and_come_back()
    {
        var limits = new BatchLimits { MaxAttributeColumns = 12 };
        var batches = new SpanGenerator(2).Batches(3, 200, limits);
        using var block = TestBlock.Write(batches, new BlockWriterOptions { RowGroupSpans = 150, MaxAttributeColumns = 5 });

        var segments = await block.SegmentsAsync();

        Assert.All(segments, s => Assert.True(s.Attributes.Count(a => a.Owner == AttributeOwner.Span) <= 5));
        Assert.Contains(segments, s => s.HasOverflow(AttributeOwner.Span));
        await AssertHoldsAsync(batches, block);
    }

    [Fact]
    public async Task Overflow_of_batches_moves_into_columns_where_there_is_room()
    {
        var batches = new SpanGenerator(3) { KeyCount = 8 }.Batches(3, 200, new BatchLimits { MaxAttributeColumns = 3 });
        using var block = TestBlock.Write(batches);

        await AssertHoldsAsync(batches, block);
        foreach (var segment in await block.SegmentsAsync())
        {
            Assert.True(segment.Attributes.Count(a => a.Owner == AttributeOwner.Span) > 3);
        }
    }

    [Fact]
    public void Any_batches_round_trip() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 4], Gen.Int[1, 120], Gen.Int[1, 12], Gen.Int[0, 40], Gen.Int[1, 200])
            .Sample(
                (seed, batches, spans, batchColumns, blockColumns, rowGroup) =>
                {
                    var input = new SpanGenerator(seed).Batches(batches, spans, new BatchLimits { MaxAttributeColumns = batchColumns });
                    using var block = TestBlock.Write(input, new BlockWriterOptions { RowGroupSpans = rowGroup, MaxAttributeColumns = blockColumns });
                    AssertHoldsAsync(input, block).GetAwaiter().GetResult();
                    Assert.Equal(File.ReadAllBytes(block.IndexPath), TestBlock.Format.RebuildIndexAsync(block.Folder, CancellationToken.None).AsTask().GetAwaiter().GetResult());
                },
                iter: 40,
                threads: 1);

    [Fact]
    public async Task Only_the_chosen_rows_are_taken()
    {
        var batch = new SpanGenerator(4) { DuplicateShare = 0 }.Batch(100);
        var rows = RowSet.Of([0, 7, 8, 50, 99]);
        using var block = TestBlock.Write([new BatchRows(batch, rows)]);

        var expected = (await new BatchSegment(batch).ReadSpansAsync(rows, ScanContext.None)).Select(SpanText.Of).Order(StringComparer.Ordinal);

        Assert.Equal(expected, (await SpanText.ReadAsync(await block.SegmentsAsync())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Duplicates_are_dropped_and_counted()
    {
        var batch = new SpanGenerator(5) { DuplicateShare = 0 }.Batch(150);
        using var once = TestBlock.Write([batch]);
        using var twice = TestBlock.Write([batch, batch]);

        Assert.Equal(once.Figures.SpanCount, twice.Figures.SpanCount);
        Assert.Equal(300, twice.Figures.SpanCount + twice.Figures.DuplicateCount);
        Assert.Equal(await SpanText.ReadAsync(await once.SegmentsAsync()), await SpanText.ReadAsync(await twice.SegmentsAsync()));
    }

    [Fact]
    public async Task Each_trace_is_found_with_all_its_spans_in_one_row_group()
    {
        var batches = new SpanGenerator(6).Batches(5, 300);
        using var block = TestBlock.Write(batches);
        var expected = (await SpanText.ExpectedAsync(batches.Select(b => new BatchSegment(b)))).GroupBy(t => t[..32]).ToList();

        foreach (var trace in expected)
        {
            Assert.True(Rubato.Model.Spans.TraceId.TryParse(trace.Key, out var id));
            var segment = await block.Block.FindTraceAsync(id, CancellationToken.None);
            Assert.NotNull(segment);
            var rows = await segment.FindTraceAsync(id, ScanContext.None);
            Assert.Equal(trace, (await segment.ReadSpansAsync(rows, ScanContext.None)).Select(SpanText.Of));
        }

        Assert.Null(await block.Block.FindTraceAsync(new Rubato.Model.Spans.TraceId(12345, 67890), CancellationToken.None));
    }

    internal static async Task AssertHoldsAsync(IReadOnlyList<SpanBatch> batches, TestBlock block)
    {
        var expected = await SpanText.ExpectedAsync(batches.Select(b => new BatchSegment(b)));
        Assert.Equal(expected.Count, block.Figures.SpanCount);
        Assert.Equal(expected, await SpanText.ReadAsync(await block.SegmentsAsync()));
    }
}
