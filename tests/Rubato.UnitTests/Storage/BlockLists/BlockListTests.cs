using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.BlockLists;

public sealed class BlockListTests
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BlockList _list = new();

    [Fact]
    public void Blocks_are_newest_first_whatever_the_order_of_adding()
    {
        var blocks = Enumerable.Range(0, 20).Select(i => TestBlocks.Meta(A, i, Noon.AddMinutes(i * 7 % 20))).ToList();
        blocks.ForEach(_list.Add);
        Assert.Equal(blocks.OrderByDescending(block => block.EndTime), _list.Blocks(A));
        Assert.Equal([A], _list.Tenants);
    }

    [Fact]
    public void A_snapshot_does_not_change_under_its_reader()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        _list.Add(block);
        var snapshot = _list.Blocks(A);
        _list.Remove(A, block.BlockId);
        Assert.Single(snapshot);
        Assert.Empty(_list.Blocks(A));
        Assert.Empty(_list.Tenants);
    }

    [Fact]
    public void Tenants_do_not_see_each_other()
    {
        _list.Add(TestBlocks.Meta(A, 1, Noon));
        Assert.Empty(_list.Blocks(TenantId.Parse("b")));
        Assert.Empty(_list.Blocks(default));
    }

    [Fact]
    public void Adding_twice_lists_once()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        _list.Add(block);
        _list.Add(block);
        Assert.Single(_list.Blocks(A));
    }

    [Fact]
    public void A_quarantined_block_is_left_out_and_stays_out_after_a_poll()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        _list.Add(block);
        _list.Quarantine(A, block.BlockId, "page 7 of data.parquet: checksum");
        _list.Quarantine(A, block.BlockId, "again");
        _list.BeginPoll();
        _list.EndPoll(new Dictionary<TenantId, List<BlockMeta>> { [A] = [block] });

        Assert.Empty(_list.Blocks(A));
        var quarantined = Assert.Single(_list.Quarantined);
        Assert.Equal((block.BlockId, "page 7 of data.parquet: checksum", block), (quarantined.BlockId, quarantined.Reason, quarantined.Meta));
    }

    [Fact]
    public void A_copy_under_another_tenant_is_set_aside_alone()
    {
        var block = TestBlocks.Meta(A, 1, Noon);
        _list.Add(block);
        _list.Quarantine(TenantId.Parse("b"), block.BlockId, "it describes a block of tenant a");
        _list.BeginPoll();
        _list.EndPoll(new Dictionary<TenantId, List<BlockMeta>> { [A] = [block] });

        Assert.Equal([block], _list.Blocks(A));
        Assert.False(_list.IsQuarantined(A, block.BlockId));
        Assert.True(_list.IsQuarantined(TenantId.Parse("b"), block.BlockId));
    }

    [Fact]
    public void What_changes_while_a_poll_looks_is_newer_than_what_it_saw()
    {
        var (stays, removed, added) = (TestBlocks.Meta(A, 1, Noon), TestBlocks.Meta(A, 2, Noon), TestBlocks.Meta(A, 3, Noon));
        _list.Add(stays);
        _list.Add(removed);
        _list.BeginPoll();
        _list.Remove(A, removed.BlockId);
        _list.Add(added);
        _list.EndPoll(new Dictionary<TenantId, List<BlockMeta>> { [A] = [stays, removed] });

        Assert.Equal(new[] { stays, added }.ToHashSet(), _list.Blocks(A).ToHashSet());
    }

    [Fact]
    public void Replace_swaps_in_one_step()
    {
        var (first, second, merged) = (TestBlocks.Meta(A, 1, Noon), TestBlocks.Meta(A, 2, Noon), TestBlocks.Meta(A, 3, Noon));
        _list.Add(first);
        _list.Add(second);
        _list.Replace(A, [first.BlockId, second.BlockId], [merged]);
        Assert.Equal([merged], _list.Blocks(A));
    }
}
