using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Oracles;
using Rubato.Storage.Blocks;
using Rubato.Storage.Wal;
using Rubato.Testing;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;
using SpanText = Rubato.Testing.SpanText;

namespace Rubato.UnitTests.Golden;

/// <summary>A block that compaction made of two, with the bounds of pages that the first blocks did not have: read for ever, span by span.</summary>
public sealed class GoldenMergedBlockTests
{
    private const string SpansFile = "spans.txt";

    private static readonly string Folder = GoldenFiles.Folder("blocks", "v1-merged");
    private static readonly BlockWriterOptions Options = new() { RowGroupSpans = 60, MaxAttributeColumns = 12 };
    private static readonly HeldRecords[] Held =
    [
        new(new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), [new WalRecordRange(1_000_000_000, 1_000_000_041), new WalRecordRange(1_000_000_050, 1_000_000_050)], [new TraceId(1, 2), new TraceId(ulong.MaxValue, 3)]),
        new(new Guid(9, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]), [new WalRecordRange(7, 9)], []),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_read_span_by_span()
    {
        await RecordIfAskedAsync();
        Assert.True(BlockFormats.TryGet("rubato1", out var format), "rubato1 is not known any more");
        using var block = format.OpenFolder(Folder, new BlockCache(16 << 20));
        var spans = await SpansAsync(block);

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Folder, SpansFile), Token), SpanText.Of(spans, sortAttributes: true));
        foreach (var trace in spans.GroupBy(span => span.TraceId))
        {
            var segment = await block.FindTraceAsync(trace.Key, Token);
            Assert.NotNull(segment);
            Assert.Equal(trace.Count(), (await segment.FindTraceAsync(trace.Key, ScanContext.None)).Count);
        }
    }

    [Fact]
    public async Task It_says_what_it_replaces_and_which_records_it_holds()
    {
        await RecordIfAskedAsync();
        Assert.True(BlockMeta.TryParse(await File.ReadAllBytesAsync(Path.Combine(Folder, BlockKeys.Meta), Token), out var meta, out var error), error);
        Assert.Equal((1, 2, 2), (meta.CompactionLevel, meta.CompactedFrom.Count, meta.HeldWals.Count));
        Assert.Equal(meta.IndexChecksum, BlockMeta.ChecksumOf(await File.ReadAllBytesAsync(Path.Combine(Folder, BlockKeys.Index), Token)));

        var held = HeldRecords.Decode(await File.ReadAllBytesAsync(Path.Combine(Folder, HeldRecords.FileName), Token));
        Assert.Equal(Held.Select(part => part.WalId), held.Select(part => part.WalId));
        Assert.Equal(Held.SelectMany(part => part.Records), held.SelectMany(part => part.Records));
        Assert.Equal(Held[0].Carried.ToHashSet(), held[0].Carried.ToHashSet());
        Assert.Empty(held[1].Carried);
    }

    [Fact]
    public async Task It_is_read_by_other_engines_alike()
    {
        await RecordIfAskedAsync();
        Assert.True(FileOracles.Check(Path.Combine(Folder, BlockKeys.Data), new OracleOptions { PlainColumns = 100 }).Rows > 200);
    }

    private static async Task RecordIfAskedAsync()
    {
        if (!GoldenFiles.RecordingAsked)
            return;
        Directory.CreateDirectory(Folder);
        var store = new MemoryObjectStore(new FakeTimeProvider(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero)));
        var inputs = new List<BlockMeta>();
        for (var seed = 1; seed <= 2; seed++)
        {
            var batches = new SpanGenerator(seed) { KeyCount = 12 }.Batches(1, 90);
            var builder = new SpanBatchBuilder();
            OtlpReader.Read(OtlpWriter.Write(new RandomSpans(new Random(seed)).Next(40)), builder);
            using var input = TestBlock.Write([.. batches, builder.Snapshot()], Options);
            inputs.Add(await StoredBlock.PutAsync(store, TenantId.Single, input, seed));
        }

        BlockFigures figures;
        await using (var data = File.Create(Path.Combine(Folder, BlockKeys.Data)))
        await using (var index = File.Create(Path.Combine(Folder, BlockKeys.Index)))
        {
            figures = await BlockFormats.Current.MergeAsync(
                store, [.. inputs.Select(meta => BlockKeys.Folder(meta.TenantId, meta.BlockId))], data, index, Options, Folder, _ => ValueTask.CompletedTask, Token);
        }

        var meta = inputs[0] with
        {
            BlockId = BlockId.TryParse("019aab5f-0000-7000-8000-000000000002", out var id) ? id : default,
            StartTime = inputs.Min(input => input.StartTime),
            EndTime = inputs.Max(input => input.EndTime),
            TotalObjects = figures.TraceCount,
            TotalSpans = figures.SpanCount,
            TotalRecords = figures.RowGroupCount,
            Size = figures.DataBytes,
            IndexSize = figures.IndexBytes,
            IndexChecksum = figures.IndexChecksum,
            FooterSize = figures.FooterBytes,
            MinTraceStartUnixNano = inputs.Min(input => input.MinTraceStartUnixNano),
            MaxTraceStartUnixNano = inputs.Max(input => input.MaxTraceStartUnixNano),
            CompactionLevel = 1,
            WalId = default,
            WalRecords = [],
            CompactedFrom = [.. inputs.Select(input => input.BlockId)],
            HeldWals = [.. Held.Select(part => part.WalId)],
        };
        await File.WriteAllBytesAsync(Path.Combine(Folder, BlockKeys.Meta), meta.ToJson(), Token);
        await File.WriteAllBytesAsync(Path.Combine(Folder, HeldRecords.FileName), HeldRecords.Encode(Held), Token);
        using var block = BlockFormats.Current.OpenFolder(Folder, new BlockCache(16 << 20));
        await File.WriteAllTextAsync(Path.Combine(Folder, SpansFile), SpanText.Of(await SpansAsync(block), sortAttributes: true), Token);
    }

    private static async Task<List<Span>> SpansAsync(IBlock block)
    {
        var spans = new List<Span>();
        foreach (var segment in await block.OpenSegmentsAsync(Token))
            spans.AddRange(await segment.ReadSpansAsync(RowSet.Range(0, segment.SpanCount), ScanContext.None));
        return spans;
    }
}
