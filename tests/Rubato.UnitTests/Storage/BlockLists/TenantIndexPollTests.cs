using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.BlockLists;

/// <summary>The tenant index saves requests and never decides which blocks there are.</summary>
public sealed class TenantIndexPollTests
{
    private const int Blocks = 20;

    private static readonly TenantId A = TenantId.Parse("index-a");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly MemoryObjectStore _store;

    public TenantIndexPollTests() => _store = new MemoryObjectStore(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_process_reads_one_object_instead_of_every_description()
    {
        var blocks = await WriteAsync(Blocks);
        await PollAsync();
        Assert.True(_store.Keys.Contains(TenantIndex.Key(A)));

        var (list, gets) = await PollAsync();

        Assert.Equal([$"get {TenantIndex.Key(A)}"], gets);
        Assert.Equal(blocks.Select(block => block.BlockId).ToHashSet(), list.Blocks(A).Select(block => block.BlockId).ToHashSet());
        Assert.Equal(blocks[0].ToJson(), list.Blocks(A).Single(block => block.BlockId == blocks[0].BlockId).ToJson());
    }

    [Fact]
    public async Task Blocks_since_the_index_are_read_themselves_and_gone_ones_stay_gone()
    {
        var blocks = await WriteAsync(Blocks);
        await PollAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var later = TestBlocks.Meta(A, 99, Noon);
        await _store.Write(later);
        foreach (var key in _store.Keys.Where(key => key.Contains(blocks[3].BlockId.ToString(), StringComparison.Ordinal)).ToList())
            await _store.DeleteAsync(key, Token);

        var (list, gets) = await PollAsync();

        Assert.Equal(2, gets.Count);
        Assert.Contains(list.Blocks(A), block => block.BlockId == later.BlockId);
        Assert.DoesNotContain(list.Blocks(A), block => block.BlockId == blocks[3].BlockId);
        // And the index was written again: the next start needs one request.
        Assert.Single((await PollAsync()).Gets);
    }

    [Fact]
    public async Task It_is_written_only_when_the_blocks_changed()
    {
        await WriteAsync(Blocks);
        var list = new BlockList();
        var poller = Poller(list);
        await poller.PollAsync(Token);
        await poller.PollAsync(Token);
        Assert.Single(IndexPuts());

        await _store.Write(TestBlocks.Meta(A, 99, Noon));
        await poller.PollAsync(Token);
        Assert.Equal(2, IndexPuts().Count());

        // A start that read the index knows what is in it.
        await PollAsync();
        Assert.Equal(2, IndexPuts().Count());
    }

    [Fact]
    public async Task A_description_that_was_exchanged_since_is_read_itself()
    {
        var blocks = await WriteAsync(Blocks);
        await PollAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var key = BlockKeys.Of(A, blocks[0].BlockId, BlockKeys.Meta);
        await _store.PutAsync(key, (blocks[0] with { TotalSpans = 7 }).ToJson(), Token);

        var (list, gets) = await PollAsync();

        Assert.Contains($"get {key}", gets);
        Assert.Equal(7, list.Blocks(A).Single(block => block.BlockId == blocks[0].BlockId).TotalSpans);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("empty")]
    [InlineData("another tenant's")]
    [InlineData("unreadable")]
    public async Task Without_a_usable_index_descriptions_are_read_one_by_one(string what)
    {
        await WriteAsync(Blocks);
        await PollAsync();
        var key = TenantIndex.Key(A);
        if (what == "damaged")
        {
            var bytes = await _store.GetAsync(key, Token);
            bytes[bytes.Length / 2] ^= 0xFF;
            await _store.PutAsync(key, bytes, Token);
        }
        else if (what == "another tenant's")
            await _store.PutAsync(key, TenantIndex.Encode(TenantId.Parse("b"), Noon, [])!, Token);
        else if (what == "empty")
            await _store.PutAsync(key, Array.Empty<byte>(), Token);
        else
        {
            _store.Before = (call, asked) =>
            {
                if (call == "get" && asked == key)
                    throw new IOException("503");
            };
        }

        var (list, gets) = await PollAsync();

        Assert.Equal(Blocks, list.Blocks(A).Length);
        Assert.Equal(Blocks + 1, gets.Count);

        // With blocklist_poll_fallback: false it is an error of the tenant instead.
        if (what != "unreadable")
            await _store.PutAsync(key, new byte[5], Token);
        list = new BlockList();
        Assert.Equal([A], await Poller(list, new BlockListPollerOptions { Fallback = false }).PollAsync(Token));
        Assert.Empty(list.Blocks(A));
    }

    [Fact]
    public async Task An_index_that_is_too_old_is_not_used()
    {
        await WriteAsync(Blocks);
        await PollAsync();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(Blocks, (await PollAsync(new BlockListPollerOptions { StaleTenantIndex = TimeSpan.FromMinutes(30) })).Gets.Count);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Single((await PollAsync(new BlockListPollerOptions { StaleTenantIndex = TimeSpan.FromMinutes(30) })).Gets);
    }

    [Fact]
    public async Task Without_builders_it_is_neither_written_nor_read_and_a_few_blocks_need_none()
    {
        await WriteAsync(Blocks);
        await PollAsync(new BlockListPollerOptions { UseTenantIndex = false });
        Assert.False(_store.Keys.Contains(TenantIndex.Key(A)));
        await PollAsync();
        Assert.True(_store.Keys.Contains(TenantIndex.Key(A)));

        foreach (var key in _store.Keys.Where(key => key.EndsWith(BlockKeys.Meta, StringComparison.Ordinal)).Skip(3).ToList())
            await _store.DeleteAsync(key, Token);
        await PollAsync();
        Assert.False(_store.Keys.Contains(TenantIndex.Key(A)));
    }

    [Fact]
    public async Task A_store_that_takes_no_index_costs_nothing_but_the_index()
    {
        await WriteAsync(Blocks);
        _store.Before = (call, key) =>
        {
            if (call == "put" && key == TenantIndex.Key(A))
                throw new UnauthorizedAccessException("read only");
        };

        Assert.Equal(Blocks, (await PollAsync()).List.Blocks(A).Length);
    }

    private IEnumerable<string> IndexPuts() => _store.Calls.Where(call => call == $"put {TenantIndex.Key(A)}");

    private async Task<List<BlockMeta>> WriteAsync(int count)
    {
        var blocks = Enumerable.Range(0, count).Select(i => TestBlocks.Meta(A, i, Noon.AddMinutes(i))).ToList();
        foreach (var block in blocks)
            await _store.Write(block);
        return blocks;
    }

    private BlockListPoller Poller(BlockList list, BlockListPollerOptions? options = null) => new(_store, list, options ?? new BlockListPollerOptions(), _time);

    /// <summary>As a process that starts: it knows nothing.</summary>
    private async Task<(BlockList List, List<string> Gets)> PollAsync(BlockListPollerOptions? options = null)
    {
        var list = new BlockList();
        var before = _store.Calls.Count;
        Assert.Empty(await Poller(list, options).PollAsync(Token));
        return (list, [.. _store.Calls.Skip(before).Where(call => call.StartsWith("get ", StringComparison.Ordinal))]);
    }
}
