using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.Compaction;

public sealed class RetentionSweeperTests
{
    private static readonly TenantId Week = TenantId.Parse("week");
    private static readonly TenantId ForEver = TenantId.Parse("for-ever");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly MemoryObjectStore _store;
    private readonly BlockList _list = new();
    private readonly RetentionSweeper _sweeper;

    public RetentionSweeperTests()
    {
        _store = new MemoryObjectStore(_time);
        _sweeper = new RetentionSweeper(
            _store, _list, tenant => tenant == ForEver ? TimeSpan.Zero : TimeSpan.FromDays(7), new RetentionOptions(), _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_is_marked_after_its_retention_and_deleted_an_hour_later()
    {
        var block = await Written(Week, 1, Noon);
        _time.Advance(TimeSpan.FromDays(7));
        await _sweeper.SweepAsync(Token);
        Assert.Single(_list.Blocks(Week));

        _time.Advance(TimeSpan.FromSeconds(1));
        await _sweeper.SweepAsync(Token);
        Assert.Empty(_list.Blocks(Week));
        Assert.Contains(BlockKeys.Of(Week, block.BlockId, BlockKeys.CompactedMeta), _store.Keys);
        Assert.DoesNotContain(BlockKeys.Of(Week, block.BlockId, BlockKeys.Meta), _store.Keys);
        Assert.Contains(BlockKeys.Of(Week, block.BlockId, BlockKeys.Data), _store.Keys);

        _time.Advance(TimeSpan.FromMinutes(61));
        await _sweeper.SweepAsync(Token);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task User_configurable_overrides_are_no_tenants_blocks()
    {
        // The name of their folder would do for a tenant, and that of their tenant for a block.
        const string folder = "overrides/018f0000-0000-7000-8000-000000000001/";
        await _store.PutAsync(folder + "overrides.json", "{}"u8.ToArray(), Token);
        await _store.PutAsync(folder + BlockKeys.CompactedMeta, "{}"u8.ToArray(), Token);
        _time.Advance(TimeSpan.FromDays(100));
        await _sweeper.SweepAsync(Token);

        Assert.Equal(2, _store.Keys.Count);
        Assert.DoesNotContain("list overrides/", _store.Calls);
    }

    [Fact]
    public async Task Each_tenant_has_its_own_retention()
    {
        await Written(Week, 1, Noon);
        await Written(ForEver, 2, Noon);
        _time.Advance(TimeSpan.FromDays(100));
        await _sweeper.SweepAsync(Token);

        Assert.Empty(_list.Blocks(Week));
        Assert.Single(_list.Blocks(ForEver));
    }

    [Fact]
    public async Task A_crash_at_any_step_leaves_a_block_that_the_next_sweep_ends()
    {
        for (var crashAt = 0; crashAt < 12; crashAt++)
        {
            var block = await Written(Week, crashAt, _time.GetUtcNow().AddDays(-8));
            var step = 0;
            _store.Before = (call, _) =>
            {
                if (call is "put" or "delete" && step++ >= crashAt)
                    throw new IOException("the process is gone");
            };
            await _sweeper.SweepAsync(Token);
            _time.Advance(TimeSpan.FromHours(2));
            await _sweeper.SweepAsync(Token);
            _store.Before = (_, _) => { };

            // What a new process sees: either live, or ended, never without a description.
            var keys = _store.Keys;
            Assert.True(keys.Count == 0 || keys.Any(key => key.EndsWith(".json", StringComparison.Ordinal)), string.Join(' ', keys));
            _list.Remove(Week, block.BlockId);
            await new BlockListPoller(_store, _list, new BlockListPollerOptions(), _time).PollAsync(Token);
            await _sweeper.SweepAsync(Token);
            _time.Advance(TimeSpan.FromHours(2));
            await _sweeper.SweepAsync(Token);
            Assert.Empty(_store.Keys);
        }
    }

    [Fact]
    public async Task A_block_that_fails_does_not_keep_the_others()
    {
        var first = await Written(Week, 1, Noon);
        await Written(Week, 2, Noon);
        _time.Advance(TimeSpan.FromDays(8));
        _store.Before = (call, key) =>
        {
            if (call == "put" && key.Contains(first.BlockId.ToString(), StringComparison.Ordinal))
                throw new IOException("503");
        };

        await _sweeper.SweepAsync(Token);

        Assert.Equal([first], _list.Blocks(Week));
    }

    [Fact]
    public async Task A_quarantined_block_goes_when_its_time_comes()
    {
        var block = await Written(Week, 1, Noon);
        _list.Quarantine(Week, block.BlockId, "damaged");
        _time.Advance(TimeSpan.FromDays(8));
        await _sweeper.SweepAsync(Token);
        Assert.Empty(_list.Quarantined);
        _time.Advance(TimeSpan.FromHours(2));
        await _sweeper.SweepAsync(Token);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task Other_things_in_the_store_are_left_alone()
    {
        await _store.PutAsync("week/notes.txt", "mine"u8.ToArray(), Token);
        await _store.PutAsync($"week/{TestBlocks.Meta(Week, 5, Noon).BlockId}/data.parquet", "no description"u8.ToArray(), Token);
        _time.Advance(TimeSpan.FromDays(100));
        await _sweeper.SweepAsync(Token);
        Assert.Equal(2, _store.Keys.Count);
    }

    [Fact]
    public async Task What_a_given_up_merge_left_goes_after_a_day()
    {
        var block = TestBlocks.Meta(Week, 5, Noon).BlockId;
        await _store.PutAsync(BlockKeys.Of(Week, block, BlockKeys.Meta), BlockMeta.GivenUp.ToArray(), Token);
        await _store.PutAsync(BlockKeys.Of(Week, block, BlockKeys.Data), "half"u8.ToArray(), Token);
        await new BlockListPoller(_store, _list, new BlockListPollerOptions(), _time).PollAsync(Token);
        Assert.Empty(_list.Quarantined);
        _time.Advance(TimeSpan.FromHours(23));
        await _sweeper.SweepAsync(Token);
        Assert.Equal(2, _store.Keys.Count);
        _time.Advance(TimeSpan.FromHours(2));
        await _sweeper.SweepAsync(Token);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task What_a_merged_block_replaces_is_marked_before_anything_ends()
    {
        var input = await Written(Week, 1, Noon);
        var output = TestBlocks.Meta(Week, 2, Noon) with { CompactedFrom = [input.BlockId] };
        await _store.Write(output);
        _list.Add(output);
        Assert.Equal([output], _list.Blocks(Week));
        Assert.Equal([input], _list.Replaced(Week));

        await _sweeper.SweepAsync(Token);

        Assert.Equal([output], _list.Blocks(Week));
        Assert.Empty(_list.Replaced(Week));
        Assert.Contains(BlockKeys.Of(Week, input.BlockId, BlockKeys.CompactedMeta), _store.Keys);
    }

    [Fact]
    public async Task A_merged_block_that_is_set_aside_hides_nothing()
    {
        var input = await Written(Week, 1, Noon);
        var output = TestBlocks.Meta(Week, 2, Noon) with { CompactedFrom = [input.BlockId] };
        _list.Add(output);
        _list.Quarantine(Week, output.BlockId, "damaged");
        Assert.Equal([input], _list.Blocks(Week));
    }

    private async Task<BlockMeta> Written(TenantId tenant, int seed, DateTimeOffset end)
    {
        var meta = TestBlocks.Meta(tenant, seed, end);
        await _store.Write(meta);
        _list.Add(meta);
        return meta;
    }
}
