using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockStoreTests
{
    private static readonly TenantId Tenant = TenantId.Parse("block-store");

    private readonly BlockList _list = new();
    private StoreFault _fault;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Found by the simulation: one refused read hid a sound block until the next start.</summary>
    [Fact]
    public async Task A_store_that_does_not_answer_makes_one_answer_incomplete_and_no_block_damaged()
    {
        using var written = TestBlock.Write([new Rubato.Testing.SpanGenerator(1).Batch(30)]);
        using var blocks = await StoredAsync(await File.ReadAllBytesAsync(written.IndexPath, Token), await File.ReadAllBytesAsync(written.DataPath, Token));

        _fault = StoreFault.Error;
        Assert.Contains("503", Assert.Single((await OpenAsync(blocks)).Problems), StringComparison.Ordinal);

        _fault = StoreFault.None;
        var snapshot = await OpenAsync(blocks);
        Assert.Empty(snapshot.Problems);
        Assert.Equal(written.Figures.SpanCount, snapshot.Segments.Sum(segment => segment.SpanCount));
    }

    [Fact]
    public async Task What_was_read_and_is_wrong_is_set_aside()
    {
        using var blocks = await StoredAsync("no index"u8.ToArray(), new byte[100]);

        Assert.Single((await OpenAsync(blocks)).Problems);
        Assert.Single(_list.Quarantined);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_blocks_index_is_no_reason_to_say_that_a_trace_is_not_here(bool isLookUp)
    {
        using var written = TestBlock.Write([new Rubato.Testing.SpanGenerator(1).Batch(30)]);
        using var other = TestBlock.Write([new Rubato.Testing.SpanGenerator(2).Batch(30)]);
        var (data, index) = (await File.ReadAllBytesAsync(written.DataPath, Token), await File.ReadAllBytesAsync(written.IndexPath, Token));
        using var blocks = await StoredAsync(await File.ReadAllBytesAsync(other.IndexPath, Token), data, index);

        var snapshot = await blocks.OpenAsync(Tenant, _list.Blocks(Tenant), [], TimeRange.All, isLookUp ? new TraceId(1, 2) : null, Token);

        Assert.Contains("index.bin is not the one that rubato.json names", Assert.Single(snapshot.Problems), StringComparison.Ordinal);
        Assert.Empty(snapshot.Segments);
        Assert.Single(_list.Quarantined);
    }

    private async Task<SpanSnapshot> OpenAsync(BlockStore blocks) =>
        await blocks.OpenAsync(Tenant, _list.Blocks(Tenant), [], TimeRange.All, traceId: null, Token);

    private async Task<BlockStore> StoredAsync(byte[] index, byte[] data, byte[]? namedIndex = null)
    {
        var store = new FaultyObjectStore(new StoredObjects(TimeProvider.System), new ProcessLife(), _ => _fault, new Random(1));
        var meta = TestBlocks.Meta(Tenant, 1, DateTimeOffset.UnixEpoch.AddYears(60)) with { IndexChecksum = BlockMeta.ChecksumOf(namedIndex ?? index) };
        await store.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Data), data, Token);
        await store.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Index), index, Token);
        _list.Add(meta);
        return new BlockStore(store, _list, new BlockCache(1 << 20), NullLogger<BlockStore>.Instance);
    }
}
