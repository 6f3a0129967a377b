using System.Globalization;
using System.IO.Hashing;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Oracles;
using Rubato.Storage.Blocks;
using Rubato.Testing;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;
using SpanText = Rubato.Testing.SpanText;

namespace Rubato.UnitTests.Golden;

/// <summary>Blocks that earlier versions wrote are read for ever, span by span.</summary>
public sealed class GoldenBlockTests
{
    private const string SpansFile = "spans.txt";

    private static readonly string V1 = GoldenFiles.Folder("blocks", "v1");

    [Fact]
    public async Task Version_1_is_read_span_by_span()
    {
        if (GoldenFiles.RecordingAsked) await RecordAsync();
        using var block = OpenV1();
        var segments = await block.OpenSegmentsAsync(CancellationToken.None);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(V1, SpansFile), TestContext.Current.CancellationToken), SpanText.Of(await SpansAsync(segments), sortAttributes: true));
        foreach (var type in Enum.GetValues<ColumnType>()) Assert.Contains(segments, s => s.Attributes.Any(a => a.Type == type));
        Assert.Contains(segments, s => s.HasOverflow(AttributeOwner.Span));
    }

    [Fact]
    public async Task Version_1_finds_every_trace_by_its_id()
    {
        using var block = OpenV1();
        var traces = (await SpansAsync(await block.OpenSegmentsAsync(CancellationToken.None))).GroupBy(s => s.TraceId).ToList();

        Assert.True(traces.Count > 50);
        foreach (var trace in traces)
        {
            var segment = await block.FindTraceAsync(trace.Key, CancellationToken.None);
            Assert.NotNull(segment);
            var rows = await segment.FindTraceAsync(trace.Key, ScanContext.None);
            Assert.Equal(SpanText.Of(trace, sortAttributes: true), SpanText.Of(await segment.ReadSpansAsync(rows, ScanContext.None), sortAttributes: true));
        }
    }

    [Fact]
    public void Version_1_is_read_by_other_engines_alike()
    {
        var report = FileOracles.Check(Path.Combine(V1, BlockKeys.Data), new OracleOptions { PlainColumns = 100 });
        Assert.Equal(260, report.Rows);
        Assert.True(report.Questions > 50);
    }

    [Fact]
    public async Task Version_1_describes_itself()
    {
        var json = await File.ReadAllBytesAsync(Path.Combine(V1, BlockKeys.Meta), TestContext.Current.CancellationToken);
        Assert.True(BlockMeta.TryParse(json, out var meta, out var error), error);
        Assert.Equal(("rubato1", 260L, 5), (meta.Format, meta.TotalSpans, meta.TotalRecords));
        Assert.Equal(meta.Size, new FileInfo(Path.Combine(V1, BlockKeys.Data)).Length);
        var index = await File.ReadAllBytesAsync(Path.Combine(V1, BlockKeys.Index), TestContext.Current.CancellationToken);
        Assert.Equal(meta.IndexSize, index.Length);
        Assert.Equal(meta.IndexChecksum, XxHash3.HashToUInt64(index).ToString("x16", CultureInfo.InvariantCulture));
    }

    private static async Task RecordAsync()
    {
        Directory.CreateDirectory(V1);
        var batches = new SpanGenerator(7) { DuplicateShare = 0, KeyCount = 12 }.Batches(2, 80);
        var builder = new SpanBatchBuilder();
        OtlpReader.Read(OtlpWriter.Write(new RandomSpans(new Random(8)).Next(100)), builder);
        batches.Add(builder.Snapshot());
        var options = new BlockWriterOptions { RowGroupSpans = 60, MaxAttributeColumns = 12 };
        BlockFigures figures;
        await using (var data = File.Create(Path.Combine(V1, BlockKeys.Data)))
        await using (var index = File.Create(Path.Combine(V1, BlockKeys.Index)))
            figures = BlockFormats.Current.Write([.. batches.Select(BatchRows.All)], data, index, options, CancellationToken.None);
        var meta = TestBlocks.Meta(TenantId.Single, seed: 1, new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)) with
        {
            BlockId = BlockId.TryParse("019aab5f-0000-7000-8000-000000000001", out var id) ? id : default,
            TotalObjects = figures.TraceCount,
            TotalSpans = figures.SpanCount,
            TotalRecords = figures.RowGroupCount,
            Size = figures.DataBytes,
            IndexSize = figures.IndexBytes,
            IndexChecksum = figures.IndexChecksum,
            FooterSize = figures.FooterBytes,
        };
        await File.WriteAllBytesAsync(Path.Combine(V1, BlockKeys.Meta), meta.ToJson(), TestContext.Current.CancellationToken);
        using var block = OpenV1();
        var spans = await SpansAsync(await block.OpenSegmentsAsync(CancellationToken.None));
        await File.WriteAllTextAsync(Path.Combine(V1, SpansFile), SpanText.Of(spans, sortAttributes: true), TestContext.Current.CancellationToken);
    }

    private static IBlock OpenV1()
    {
        Assert.True(BlockFormats.TryGet("rubato1", out var format), "rubato1 is not known any more");
        return format.OpenFolder(V1, new BlockCache(16 << 20));
    }

    private static async Task<List<Span>> SpansAsync(IReadOnlyList<ISpanSegment> segments)
    {
        var spans = new List<Span>();
        foreach (var segment in segments) spans.AddRange(await segment.ReadSpansAsync(RowSet.Range(0, segment.SpanCount), ScanContext.None));
        return spans;
    }
}
