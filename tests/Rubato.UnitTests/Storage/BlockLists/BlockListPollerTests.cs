using Microsoft.Extensions.Time.Testing;
using Prometheus;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.BlockLists;

public sealed class BlockListPollerTests
{
    private static readonly TenantId A = TenantId.Parse("poll-a");
    private static readonly TenantId B = TenantId.Parse("poll-b");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly MemoryObjectStore _store;
    private readonly BlockList _list = new();
    private readonly BlockListPoller _poller;

    public BlockListPollerTests()
    {
        _store = new MemoryObjectStore(_time);
        _poller = new BlockListPoller(_store, _list, new BlockListPollerOptions(), _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Poll_finds_every_tenants_blocks_and_reads_each_description_once()
    {
        var (a, b) = (TestBlocks.Meta(A, 1, Noon), TestBlocks.Meta(B, 2, Noon));
        await _store.Write(a);
        await _store.Write(b);
        await _store.PutAsync("poll-a/notes.txt", "not a block"u8.ToArray(), Token);
        await _store.PutAsync("overrides/poll-a/overrides.json", "{}"u8.ToArray(), Token);

        await _poller.PollAsync(Token);
        await _poller.PollAsync(Token);

        Assert.Equal(a.BlockId, Assert.Single(_list.Blocks(A)).BlockId);
        Assert.Equal(b.BlockId, Assert.Single(_list.Blocks(B)).BlockId);
        Assert.Equal(2, _store.Calls.Count(call => call.StartsWith("get ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_block_that_went_away_is_dropped()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        await _store.Write(block);
        await _poller.PollAsync(Token);
        foreach (var key in _store.Keys)
            await _store.DeleteAsync(key, Token);

        await _poller.PollAsync(Token);

        Assert.Empty(_list.Tenants);
    }

    [Fact]
    public async Task A_compacted_block_is_not_live()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        await _store.Write(block);
        await _poller.PollAsync(Token);
        await _store.PutAsync(BlockKeys.Of(A, block.BlockId, BlockKeys.CompactedMeta), block.ToJson(), Token);
        await _store.DeleteAsync(BlockKeys.Of(A, block.BlockId, BlockKeys.Meta), Token);

        await _poller.PollAsync(Token);

        Assert.Empty(_list.Blocks(A));
        Assert.Equal(0, Partial(A));
    }

    [Fact]
    public async Task An_unfinished_upload_is_left_out_and_counted_once_when_it_is_old()
    {
        var tenant = TenantId.Parse("poll-partial");
        var block = TestBlocks.Meta(tenant, 1, Noon);
        await _store.PutAsync(BlockKeys.Of(tenant, block.BlockId, BlockKeys.Data), new byte[10], Token);
        await _poller.PollAsync(Token);
        Assert.Equal(0, Partial(tenant));

        _time.Advance(TimeSpan.FromHours(2));
        await _poller.PollAsync(Token);
        await _poller.PollAsync(Token);
        Assert.Equal(1, Partial(tenant));
        Assert.Empty(_list.Blocks(tenant));

        // It may still end well.
        await _store.PutAsync(BlockKeys.Of(tenant, block.BlockId, BlockKeys.Meta), block.ToJson(), Token);
        await _poller.PollAsync(Token);
        Assert.Single(_list.Blocks(tenant));
    }

    [Theory]
    [InlineData("{ torn")]
    [InlineData("")]
    [InlineData("another block")]
    public async Task A_damaged_description_is_set_aside_and_the_rest_is_served(string damage)
    {
        var (good, bad) = (TestBlocks.Meta(A, 1, Noon), TestBlocks.Meta(A, 2, Noon));
        await _store.Write(good);
        await _store.Write(bad);
        var json = damage == "another block" ? good.ToJson() : System.Text.Encoding.UTF8.GetBytes(damage);
        await _store.PutAsync(BlockKeys.Of(A, bad.BlockId, BlockKeys.Meta), json, Token);

        await _poller.PollAsync(Token);
        await _poller.PollAsync(Token);

        Assert.Equal(good.BlockId, Assert.Single(_list.Blocks(A)).BlockId);
        var quarantined = Assert.Single(_list.Quarantined);
        Assert.Equal(bad.BlockId, quarantined.BlockId);
        Assert.StartsWith("rubato.json: ", quarantined.Reason);
    }

    [Fact]
    public async Task A_tenant_that_cannot_be_listed_keeps_its_blocks()
    {
        var (a, b) = (TestBlocks.Meta(A, 1, Noon), TestBlocks.Meta(B, 2, Noon));
        await _store.Write(a);
        await _poller.PollAsync(Token);
        await _store.Write(b);
        _store.Before = (call, key) =>
        {
            if (call == "list" && key == "poll-a/")
                throw new IOException("503");
        };

        await _poller.PollAsync(Token);

        Assert.Single(_list.Blocks(A));
        Assert.Single(_list.Blocks(B));
    }

    [Fact]
    public async Task A_block_committed_while_the_poll_lists_is_not_lost()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        await _store.Write(TestBlocks.Meta(A, 9, Noon));
        _store.Before = (call, _) =>
        {
            if (call == "get")
                _list.Add(block);
        };

        await _poller.PollAsync(Token);

        Assert.Contains(block, _list.Blocks(A));
        Assert.Equal(2, _list.Blocks(A).Length);
    }

    [Fact]
    public async Task The_loop_polls_at_every_interval_and_survives_errors()
    {
        var polls = new SemaphoreSlim(0);
        _store.Before = (call, key) =>
        {
            if (call == "list" && key.Length == 0)
            {
                polls.Release();
                throw new IOException("down");
            }
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var loop = _poller.RunAsync(stop.Token);
        await polls.WaitAsync(Token);
        for (var i = 0; i < 3; i++)
        {
            // The timer is armed only when the poll before has ended: go on until it fires.
            while (!await polls.WaitAsync(TimeSpan.FromMilliseconds(5), Token))
                _time.Advance(TimeSpan.FromMinutes(5));
        }

        await stop.CancelAsync();
        await loop;
    }

    private static double Partial(TenantId tenant) => Metrics.CreateCounter(
        "rubato_blocklist_partial_blocks_total", "Block folders without rubato.json, each counted once: an upload that never ended.", "tenant")
        .WithLabels(tenant.Value).Value;

    [Fact]
    public async Task A_stale_list_drops_no_block_that_is_there()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        var objects = new StoredObjects(_time);
        var fault = StoreFault.None;
        var store = new FaultyObjectStore(objects, new ProcessLife(), _ => fault, new Random(1)) { MaxChangesAgo = 1 };
        var poller = new BlockListPoller(store, _list, new BlockListPollerOptions(), _time);
        await store.Write(TestBlocks.Meta(A, 2, Noon));
        await store.Write(block);
        await poller.LoadAsync(Token);

        fault = StoreFault.StaleList;
        await poller.PollAsync(Token);
        Assert.Contains(_list.Blocks(A), known => known.BlockId == block.BlockId);

        // A list of before the deletion would still have it.
        fault = StoreFault.None;
        await store.DeleteAsync(BlockKeys.Of(A, block.BlockId, BlockKeys.Meta), Token);
        await poller.PollAsync(Token);
        Assert.DoesNotContain(_list.Blocks(A), known => known.BlockId == block.BlockId);
    }

    [Fact]
    public async Task The_first_look_is_all_or_nothing()
    {
        await _store.Write(TestBlocks.Meta(A, 1, Noon));
        await _store.Write(TestBlocks.Meta(B, 2, Noon));
        _store.Before = (call, key) =>
        {
            if (call == "get" && key.StartsWith("poll-b", StringComparison.Ordinal)) throw new IOException("503");
        };

        await Assert.ThrowsAsync<IOException>(() => _poller.LoadAsync(Token));
    }
}
