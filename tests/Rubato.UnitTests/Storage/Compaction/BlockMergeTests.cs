using CsCheck;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Oracles;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Rubato.UnitTests.Storage.Blocks;
using SpanText = Rubato.UnitTests.Storage.Blocks.SpanText;
using Xunit;

namespace Rubato.UnitTests.Storage.Compaction;

/// <summary>A merged block against one cut from the same spans in memory, and against the plain model.</summary>
public sealed class BlockMergeTests
{
    [Fact]
    public async Task Spans_of_several_blocks_come_out_as_they_went_in()
    {
        var batches = new SpanGenerator(1).Batches(6, 300);
        await CheckAsync([.. batches.Chunk(2)], new BlockWriterOptions { RowGroupSpans = 200 }, new BlockWriterOptions { RowGroupSpans = 333 });
    }

    [Fact]
    public async Task Keys_beyond_the_column_limit_go_to_the_overflow_and_come_back()
    {
        var batches = new SpanGenerator(2).Batches(4, 200, new BatchLimits { MaxAttributeColumns = 12 });
        await CheckAsync(
            [.. batches.Chunk(1)],
            new BlockWriterOptions { RowGroupSpans = 150, MaxAttributeColumns = 6 },
            new BlockWriterOptions { RowGroupSpans = 250, MaxAttributeColumns = 4 });
    }

    [Fact]
    public async Task Overflow_moves_into_columns_that_another_input_has()
    {
        var batches = new SpanGenerator(3).Batches(2, 200);
        var few = new BlockWriterOptions { RowGroupSpans = 150, MaxAttributeColumns = 3 };
        var many = new BlockWriterOptions { RowGroupSpans = 150 };
        using var first = TestBlock.Write([batches[0]], few);
        using var second = TestBlock.Write([batches[1]], many);
        await CheckAsync(batches, [first, second], many);
    }

    [Fact]
    public async Task The_same_spans_twice_are_there_once()
    {
        var batches = new SpanGenerator(4) { DuplicateShare = 0 }.Batches(2, 150);
        using var once = TestBlock.Write(batches);
        using var merged = await MergedBlock.OfAsync([once, once, once], new BlockWriterOptions { RowGroupSpans = 200 });

        Assert.Equal(once.Figures.SpanCount, merged.Figures.SpanCount);
        Assert.Equal(2 * once.Figures.SpanCount, merged.Figures.DuplicateCount);
        Assert.Equal(await SpanText.ReadAsync(await once.SegmentsAsync()), await SpanText.ReadAsync(await merged.SegmentsAsync()));
    }

    [Fact]
    public void Any_blocks_merge() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 6], Gen.Int[1, 80], Gen.Int[1, 12], Gen.Int[1, 40], Gen.Int[1, 200], Gen.Int[1, 300])
            .Sample(
                (seed, batches, spans, batchColumns, blockColumns, rowGroup, mergedRowGroup) =>
                {
                    var random = new Random(seed);
                    var input = new SpanGenerator(seed).Batches(batches, spans, new BatchLimits { MaxAttributeColumns = batchColumns });
                    var blocks = input.GroupBy(_ => random.Next(3)).Select(g => g.ToArray()).ToArray();
                    CheckAsync(
                        blocks,
                        new BlockWriterOptions { RowGroupSpans = rowGroup, MaxAttributeColumns = blockColumns },
                        new BlockWriterOptions { RowGroupSpans = mergedRowGroup, MaxAttributeColumns = random.Next(1, 40) }).GetAwaiter().GetResult();
                },
                iter: 40,
                threads: 1);

    /// <summary>Larger than any row group: it gets one of its own, in memory as everything of a row group is.</summary>
    [Fact]
    public async Task A_trace_of_a_million_spans_is_merged()
    {
        var trace = new TraceId(0x0123_4567_89ab_cdef, 42);
        using var one = TestBlock.Write([Long(trace, first: 1, count: 500_000), Long(new TraceId(1, 1), first: 1, count: 10)], BlockWriterOptions.Default);
        using var two = TestBlock.Write([Long(trace, first: 400_001, count: 600_000), Long(new TraceId(ulong.MaxValue, 1), first: 1, count: 10)], BlockWriterOptions.Default);
        using var merged = await MergedBlock.OfAsync([one, two], BlockWriterOptions.Default);

        Assert.Equal(1_000_020, merged.Figures.SpanCount);
        Assert.Equal(100_000, merged.Figures.DuplicateCount);
        Assert.Equal(3, merged.Figures.TraceCount);
        var home = await merged.Block.FindTraceAsync(trace, CancellationToken.None);
        Assert.Equal(1_000_000, (await home!.FindTraceAsync(trace, ScanContext.None)).Count);
        var depths = (Int64Vector)(await home.ReadAsync(SpanColumn.NestedSetRight, ScanContext.None))!;
        Assert.Equal(2_000_000, depths.Values.ToArray().Max());
    }

    // A root and its children.
    private static SpanBatch Long(TraceId trace, int first, int count)
    {
        var builder = new SpanBatchBuilder();
        var resource = builder.GetOrAddResource([1], out _);
        var scope = builder.GetOrAddScope([1], out _);
        for (var i = first; i < first + count; i++)
        {
            builder.AddSpan(
                new SpanHeader
                {
                    TraceId = trace, SpanId = new SpanId((ulong)i), ParentSpanId = new SpanId(i == 1 ? 0 : 1ul), Name = "step"u8,
                    StartUnixNano = 1_700_000_000_000_000_000 + (ulong)i, EndUnixNano = 1_700_000_000_100_000_000 + (ulong)i,
                },
                resource, scope);
        }

        return builder.Snapshot();
    }

    private static async Task CheckAsync(SpanBatch[][] blocks, BlockWriterOptions options, BlockWriterOptions merged)
    {
        var written = blocks.Select(b => TestBlock.Write(b, options)).ToList();
        try
        {
            await CheckAsync([.. blocks.SelectMany(b => b)], written, merged);
        }
        finally
        {
            written.ForEach(b => b.Dispose());
        }
    }

    private static async Task CheckAsync(IReadOnlyList<SpanBatch> batches, IReadOnlyList<TestBlock> blocks, BlockWriterOptions options)
    {
        using var direct = TestBlock.Write(batches, options);
        using var merged = await MergedBlock.OfAsync(blocks, options);

        Assert.Equal(await SpanText.ExpectedAsync(batches.Select(b => new BatchSegment(b))), await SpanText.ReadAsync(await merged.SegmentsAsync()));
        Assert.Equal(
            direct.Figures with { DataBytes = 0, IndexBytes = 0, IndexChecksum = "", FooterBytes = 0, RowGroupCount = 0, DuplicateCount = 0 },
            merged.Figures with { DataBytes = 0, IndexBytes = 0, IndexChecksum = "", FooterBytes = 0, RowGroupCount = 0, DuplicateCount = 0 });
        for (var column = SpanColumn.RootServiceName; column <= SpanColumn.NestedSetParent; column++)
            Assert.Equal(await ColumnAsync(direct, column), await ColumnAsync(merged, column));
        Assert.Equal(
            File.ReadAllBytes(merged.IndexPath), await TestBlock.Format.RebuildIndexAsync(merged.Folder, CancellationToken.None));
        FileOracles.Check(merged.DataPath);
    }

    private static async Task<List<string>> ColumnAsync(TestBlock block, SpanColumn column)
    {
        var values = new List<string>();
        foreach (var segment in await block.SegmentsAsync())
        {
            switch (await segment.ReadAsync(column, ScanContext.None))
            {
                case Int64Vector numbers:
                    foreach (var number in numbers.Values) values.Add(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case StringVector texts:
                    for (var i = 0; i < texts.Count; i++) values.Add(System.Text.Encoding.UTF8.GetString(texts[i]));
                    break;
                default:
                    Assert.Fail($"{column} is absent");
                    break;
            }
        }

        return values;
    }
}
