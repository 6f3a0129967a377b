using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.Verification;
using Rubato.Testing;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks.Verification;

public sealed class BlockVerifierTests
{
    private static readonly TenantId A = TenantId.Parse("a");

    private readonly MemoryObjectStore _store = new(new FakeTimeProvider());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_sound_block_has_no_problem(int seed)
    {
        using var block = Sample(seed);
        var meta = await StoredBlock.PutAsync(_store, A, block);

        var found = await VerifyAsync(meta);

        Assert.Empty(found.Problems);
        Assert.Equal((meta.TotalSpans, meta.TotalObjects, meta.Size + meta.IndexSize), (found.Spans, found.Traces, found.Bytes));
        Assert.True(meta.TotalRecords > 2);
    }

    [Theory]
    [InlineData("totalSpans", "rubato.json: totalSpans is 7, the spans say")]
    [InlineData("totalObjects", "rubato.json: totalObjects is 7, the spans say")]
    [InlineData("startTime", "is after the first span")]
    [InlineData("endTime", "is before the last span's end")]
    [InlineData("newest trace", "rubato.json: maxTraceStartUnixNano is")]
    [InlineData("size", "data.parquet: it has")]
    [InlineData("index checksum", "index.bin: it is not the one that rubato.json names")]
    [InlineData("tenant", "rubato.json: it describes the block")]
    public async Task A_description_that_lies_is_named(string lie, string words)
    {
        using var block = Sample(1);
        var meta = await StoredBlock.PutAsync(_store, A, block);
        var lying = lie switch
        {
            "totalSpans" => meta with { TotalSpans = 7 },
            "totalObjects" => meta with { TotalObjects = 7 },
            "startTime" => meta with { StartTime = meta.EndTime },
            "endTime" => meta with { EndTime = meta.StartTime },
            "newest trace" => meta with { MaxTraceStartUnixNano = meta.MaxTraceStartUnixNano - 1 },
            "size" => meta with { Size = meta.Size + 1 },
            "index checksum" => meta with { IndexChecksum = new string('0', 16) },
            _ => meta with { TenantId = TenantId.Parse("b") },
        };
        await _store.PutAsync(Key(meta, BlockKeys.Meta), lying.ToJson(), Token);

        Assert.Contains(words, Assert.Single((await VerifyAsync(meta)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_blocks_index_is_named()
    {
        using var block = Sample(1);
        using var other = Sample(2);
        var meta = await StoredBlock.PutAsync(_store, A, block);
        await _store.PutAsync(Key(meta, BlockKeys.Index), await File.ReadAllBytesAsync(other.IndexPath, Token), Token);

        Assert.Contains((await VerifyAsync(meta)).Problems, problem => problem.StartsWith("index.bin: it is not what data.parquet says", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Absent_objects_are_named_and_do_not_end_the_look()
    {
        using var block = Sample(1);
        var meta = await StoredBlock.PutAsync(_store, A, block);
        await _store.DeleteAsync(Key(meta, BlockKeys.Meta), Token);
        Assert.Equal(["rubato.json: there is none"], (await VerifyAsync(meta)).Problems);

        await _store.DeleteAsync(Key(meta, BlockKeys.Index), Token);
        Assert.Contains("index.bin: there is none", (await VerifyAsync(meta)).Problems);
        await _store.DeleteAsync(Key(meta, BlockKeys.Data), Token);
        Assert.Contains("data.parquet: there is none", (await VerifyAsync(meta)).Problems);

        // A block that waits for its end is still one.
        meta = await StoredBlock.PutAsync(_store, A, block);
        await _store.PutAsync(Key(meta, BlockKeys.CompactedMeta), await _store.GetAsync(Key(meta, BlockKeys.Meta), Token), Token);
        await _store.DeleteAsync(Key(meta, BlockKeys.Meta), Token);
        Assert.Empty((await VerifyAsync(meta)).Problems);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_found_or_changes_nothing()
    {
        using var block = Sample(4);
        var meta = await StoredBlock.PutAsync(_store, A, block);
        var spans = await SpansAsync(meta);
        var random = new Random(DamageSeed.Value);
        foreach (var name in (string[])[BlockKeys.Data, BlockKeys.Index, BlockKeys.Meta])
        {
            var sound = await _store.GetAsync(Key(meta, name), Token);
            for (var i = 0; i < 25; i++)
            {
                var damaged = (byte[])sound.Clone();
                var at = random.Next(damaged.Length);
                damaged[at] ^= (byte)(1 << random.Next(8));
                await _store.PutAsync(Key(meta, name), damaged, Token);
                var found = await VerifyAsync(meta);
                // Some bytes are for other programs alone, smallest and largest values in the footer for one. Whatever passes reads the same.
                Assert.True(found.ProblemCount > 0 || (name == BlockKeys.Data && await SpansAsync(meta) == spans), $"seed {DamageSeed.Value}: {name}, byte {at} of {damaged.Length}");
            }

            await _store.PutAsync(Key(meta, name), sound, Token);
        }

        Assert.Empty((await VerifyAsync(meta)).Problems);
    }

    private static TestBlock Sample(int seed)
    {
        var batches = new SpanGenerator(seed) { KeyCount = 12 }.Batches(2, 120);
        var builder = new SpanBatchBuilder();
        OtlpReader.Read(OtlpWriter.Write(new RandomSpans(new Random(seed)).Next(100)), builder);
        batches.Add(builder.Snapshot());
        return TestBlock.Write(batches, new BlockWriterOptions { RowGroupSpans = 60, MaxAttributeColumns = 12 });
    }

    private async Task<string> SpansAsync(BlockMeta meta)
    {
        using var block = BlockFormats.Current.Open(_store, BlockKeys.Folder(A, meta.BlockId), new BlockCache(16 << 20));
        var spans = new List<Span>();
        foreach (var segment in await block.OpenSegmentsAsync(Token))
            spans.AddRange(await segment.ReadSpansAsync(RowSet.Range(0, segment.SpanCount), ScanContext.None));
        return Rubato.Testing.SpanText.Of(spans, sortAttributes: true);
    }

    private static string Key(BlockMeta meta, string name) => BlockKeys.Of(A, meta.BlockId, name);

    private Task<BlockVerification> VerifyAsync(BlockMeta meta) => BlockVerifier.VerifyAsync(_store, BlockKeys.Folder(A, meta.BlockId), Token);
}
