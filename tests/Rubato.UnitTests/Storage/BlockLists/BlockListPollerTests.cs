using System.Collections.Concurrent;
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
        await _store.PutAsync($"overrides/{b.BlockId}/overrides.json", "{}"u8.ToArray(), Token);

        await _poller.PollAsync(Token);
        await _poller.PollAsync(Token);

        Assert.Equal(a.BlockId, Assert.Single(_list.Blocks(A)).BlockId);
        Assert.Equal(b.BlockId, Assert.Single(_list.Blocks(B)).BlockId);
        Assert.Equal([A, B], _list.Tenants.Order());
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
        await _store.Write(block);
        await _poller.PollAsync(Token);
        Assert.Single(_list.Blocks(tenant));
    }

    [Fact]
    public async Task What_an_upload_left_goes_after_a_week_and_nothing_else()
    {
        var tenant = TenantId.Parse("poll-leftover");
        var (left, lost, live) = (TestBlocks.Meta(tenant, 1, Noon), TestBlocks.Meta(tenant, 2, Noon), TestBlocks.Meta(tenant, 3, Noon));
        await _store.PutAsync(BlockKeys.Of(tenant, left.BlockId, BlockKeys.Data), new byte[10], Token);
        await _store.PutAsync(BlockKeys.Of(tenant, left.BlockId, "notes.txt"), new byte[1], Token);
        await _store.Write(live);
        await _store.Write(lost);
        // A listing that misses a description must not cost a block.
        _store.Unlisted = BlockKeys.Of(tenant, lost.BlockId, BlockKeys.Meta);

        _time.Advance(TimeSpan.FromDays(6.9));
        await _poller.PollAsync(Token);
        Assert.Contains(BlockKeys.Of(tenant, left.BlockId, BlockKeys.Data), _store.Keys);

        _time.Advance(TimeSpan.FromDays(0.2));
        await _poller.PollAsync(Token);
        Assert.DoesNotContain(BlockKeys.Of(tenant, left.BlockId, BlockKeys.Data), _store.Keys);
        Assert.Contains(BlockKeys.Of(tenant, left.BlockId, "notes.txt"), _store.Keys);
        Assert.Equal(6, _store.Keys.Count(key => key.Contains(lost.BlockId.ToString(), StringComparison.Ordinal) || key.Contains(live.BlockId.ToString(), StringComparison.Ordinal)));
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

    [Fact]
    public async Task The_loop_does_not_repeat_the_poll_at_start()
    {
        await _store.Write(TestBlocks.Meta(A, 1, Noon));
        await _poller.PollAsync(Token);
        var lists = new SemaphoreSlim(0);
        _store.Before = (call, key) =>
        {
            if (call == "list" && key.Length == 0)
                lists.Release();
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var loop = _poller.RunAsync(stop.Token);
        Assert.Equal(0, lists.CurrentCount);

        _time.Advance(TimeSpan.FromMinutes(5));
        await lists.WaitAsync(Token);
        await stop.CancelAsync();
        await loop;
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task A_tenant_is_tried_again_within_the_poll(int failures, bool isFound)
    {
        await _store.Write(TestBlocks.Meta(A, 1, Noon));
        _store.Before = (call, key) =>
        {
            if (call == "list" && key == "poll-a/" && failures-- > 0)
                throw new IOException("503");
        };

        var failed = await _poller.PollAsync(Token);

        Assert.Equal(isFound ? 0 : 1, failed.Count);
        Assert.Equal(isFound ? 1 : 0, _list.Blocks(A).Length);
    }

    [Fact]
    public async Task When_too_many_tenants_fail_the_rest_is_not_asked_and_nobody_loses_a_block()
    {
        var tenants = Enumerable.Range(0, 10).Select(i => TenantId.Parse($"poll-many-{i}")).ToList();
        foreach (var (i, tenant) in tenants.Index())
            await _store.Write(TestBlocks.Meta(tenant, i, Noon));
        await _poller.PollAsync(Token);
        _store.Before = (call, key) =>
        {
            if (call == "list" && key.Length > 0)
                throw new IOException("503");
        };
        var before = _store.Calls.Count;

        var failed = await _poller.PollAsync(Token);

        Assert.Equal(10, failed.Count);
        // Two tenants, twice each.
        Assert.Equal(4, _store.Calls.Skip(before).Count(call => call.StartsWith("list poll-", StringComparison.Ordinal)));
        Assert.All(tenants, tenant => Assert.Single(_list.Blocks(tenant)));
    }

    [Theory]
    [InlineData("rubato.json says more data", "rubato.json: it says that data.parquet has 1000 bytes; it has 999")]
    [InlineData("no data", "rubato.json: it says that data.parquet has 1000 bytes; there is none")]
    [InlineData("another index", "rubato.json: it says that index.bin has 50 bytes; it has 51")]
    [InlineData("a later version", "rubato.json: format 'rubato9' is not known; this program reads 'rubato1'")]
    [InlineData("another tenant's", "rubato.json: it describes the block")]
    public async Task A_block_that_is_not_what_its_description_says_is_set_aside_by_name(string how, string words)
    {
        var (good, bad) = (TestBlocks.Meta(A, 1, Noon), TestBlocks.Meta(A, 2, Noon));
        await _store.Write(good);
        await _store.Write(bad);
        string Key(string name) => BlockKeys.Of(A, bad.BlockId, name);
        switch (how)
        {
            case "rubato.json says more data":
                await _store.PutAsync(Key(BlockKeys.Data), new byte[999], Token);
                break;
            case "no data":
                await _store.DeleteAsync(Key(BlockKeys.Data), Token);
                break;
            case "another index":
                await _store.PutAsync(Key(BlockKeys.Index), new byte[51], Token);
                break;
            case "a later version":
                await _store.PutAsync(Key(BlockKeys.Meta), (bad with { Format = "rubato9" }).ToJson(), Token);
                break;
            default:
                await _store.PutAsync(Key(BlockKeys.Meta), (bad with { TenantId = B }).ToJson(), Token);
                break;
        }

        await _poller.PollAsync(Token);

        Assert.Equal(good.BlockId, Assert.Single(_list.Blocks(A)).BlockId);
        Assert.StartsWith(words, Assert.Single(_list.Quarantined).Reason);
    }

    [Fact]
    public async Task A_block_that_loses_its_data_later_is_set_aside_at_the_next_poll_and_an_old_listing_harms_none()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        await _store.Write(block);
        await _poller.PollAsync(Token);

        // The listing misses an object that is there.
        _store.Unlisted = BlockKeys.Of(A, block.BlockId, BlockKeys.Data);
        await _poller.PollAsync(Token);
        Assert.Single(_list.Blocks(A));

        await _store.DeleteAsync(BlockKeys.Of(A, block.BlockId, BlockKeys.Data), Token);
        await _poller.PollAsync(Token);
        Assert.Empty(_list.Blocks(A));
        Assert.Equal(block.BlockId, Assert.Single(_list.Quarantined).Meta!.BlockId);
    }

    [Fact]
    public async Task A_block_of_another_tenant_copied_in_is_set_aside_and_the_original_served()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        await _store.Write(block);
        foreach (var name in (string[])[BlockKeys.Data, BlockKeys.Index, BlockKeys.Meta])
            await _store.PutAsync(BlockKeys.Of(B, block.BlockId, name), await _store.GetAsync(BlockKeys.Of(A, block.BlockId, name), Token), Token);

        await _poller.PollAsync(Token);
        await _poller.PollAsync(Token);

        Assert.Single(_list.Blocks(A));
        Assert.Empty(_list.Blocks(B));
        Assert.Equal((B, block.BlockId), (_list.Quarantined.Single().Tenant, _list.Quarantined.Single().BlockId));
    }

    [Fact]
    public async Task Descriptions_wait_up_to_the_jitter_before_they_are_read()
    {
        await _store.Write(TestBlocks.Meta(A, 1, Noon));
        var time = new WaitsNoted();
        var poller = new BlockListPoller(_store, _list, new BlockListPollerOptions { Jitter = TimeSpan.FromSeconds(1) }, time, random: new Random(5));
        var poll = poller.PollAsync(Token);
        // Again and again: the wait may begin after the first of them.
        while (!poll.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await poll;
        Assert.Single(_list.Blocks(A));
        Assert.InRange(Assert.Single(time.Waits), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
    }

    private sealed class WaitsNoted : FakeTimeProvider
    {
        public ConcurrentBag<TimeSpan> Waits { get; } = [];

        public override System.Threading.ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
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
