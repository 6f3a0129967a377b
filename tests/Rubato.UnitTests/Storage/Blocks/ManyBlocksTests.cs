using System.Collections.Immutable;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>Many blocks, far away: what is read, and how many reads have to wait for each other. Counted, not timed.</summary>
public sealed class ManyBlocksTests
{
    private static readonly TraceId Absent = new(0x1234_5678_9abc_def0, 0x0fed_cba9_8765_4321);

    [Fact]
    public async Task A_thousand_blocks_answer_a_look_up_from_memory()
    {
        var stored = await StoredBlocks.WriteAsync(blocks: 1000, different: 5, spansEach: 200);
        using var blocks = stored.Open(cacheBytes: 256 << 20);
        using (var cold = await FindAsync(blocks, Absent)) Assert.Equal((1000, 1000, 0), (cold.BlockCount, cold.SkippedBlockCount, cold.Segments.Count));
        Assert.Equal(1000, stored.Store.Requests); // One index each, and not one after the other.
        Assert.InRange(stored.Store.MostAtOnce, 8, 64);

        stored.Store.Reset();
        using var warm = await FindAsync(blocks, Absent);

        Assert.Equal((1000, 1000, 0, 0), (warm.BlockCount, warm.SkippedBlockCount, warm.Segments.Count, stored.Store.Requests));
    }

    [Fact]
    public async Task Where_the_tables_have_no_room_a_small_range_of_each_index_decides()
    {
        var stored = await StoredBlocks.WriteAsync(blocks: 60, different: 3, spansEach: 20_000);
        // Room for the directories, and for a few of the tables of about 5,000 traces.
        using var blocks = stored.Open(cacheBytes: 200 << 10);
        using (var cold = await FindAsync(blocks, Absent)) Assert.Empty(cold.Segments);
        stored.Store.Reset();

        using var warm = await FindAsync(blocks, Absent);

        Assert.Empty(warm.Segments);
        Assert.InRange(stored.Store.Requests, 20, 60);
        // 1,024 ids of 4 bytes each, and never an index again: no directory had to go for a table.
        Assert.Equal(stored.Store.Requests * 4096L, stored.Store.Bytes);
        Assert.InRange(stored.Store.Depth, 1, 10);
    }

    [Fact]
    public async Task A_trace_is_found_in_every_block_that_has_it_whatever_has_room()
    {
        var stored = await StoredBlocks.WriteAsync(blocks: 12, different: 4, spansEach: 5_000);
        using var roomy = stored.Open(cacheBytes: 64 << 20);
        using var all = await roomy.OpenAsync(StoredBlocks.Tenant, stored.List.Blocks(StoredBlocks.Tenant), [], TimeRange.All, null, TestContext.Current.CancellationToken);
        var ids = (TraceIdVector)(await all.Segments[0].ReadAsync(SpanColumn.TraceId, ScanContext.None))!;
        using var tight = stored.Open(cacheBytes: 40 << 10);
        for (var row = 0; row < ids.Count; row += 397)
        {
            using var expected = await FindAsync(roomy, ids[row]);
            using var found = await FindAsync(tight, ids[row]);
            Assert.True(expected.Segments.Count >= 3, $"trace {ids[row]} is in {expected.Segments.Count} blocks");
            Assert.Equal(expected.Segments.Select(s => s.Name).Order(), found.Segments.Select(s => s.Name).Order());
            foreach (var segment in found.Segments)
            {
                var rows = await segment.FindTraceAsync(ids[row], ScanContext.None);
                Assert.True(rows.Count > 0);
                Assert.Equal(rows.ToArray(), (await segment.FindCandidatesAsync([ids[row]], ScanContext.None)).ToArray());
            }
        }
    }

    [Theory]
    [InlineData("""{ span.needle = "nowhere" }""", 0, 15)]
    [InlineData("""{ span.needle = "here-1" }""", 20, 40)]
    [InlineData("""{ span.needle =~ "here.*" && duration >= 0 }""", 60, 80)]
    public async Task A_search_over_far_blocks_is_not_serial_in_requests(string query, int traces, int mostDepth)
    {
        var stored = await StoredBlocks.WriteAsync(blocks: 60, different: 3, spansEach: 2_000);
        using var blocks = stored.Open(cacheBytes: 256 << 20);
        Assert.True(TraceQLCompiler.TryCompile(query, QueryUse.Search, out var compiled, out _));
        using var snapshot = await blocks.OpenAsync(
            StoredBlocks.Tenant, stored.List.Blocks(StoredBlocks.Tenant), [], TimeRange.All, null, TestContext.Current.CancellationToken);

        var result = await SearchExecutor.SearchAsync(
            snapshot, new SearchRequest { Query = compiled, Range = TimeRange.All, Limit = 1000, Parallelism = 2 }, TestContext.Current.CancellationToken);

        // Equal blocks have equal traces: three different ones, each found once.
        Assert.Equal(traces == 0 ? 0 : traces == 20 ? 1 : 3, result.Traces.Count);
        Assert.True(stored.Store.Requests >= 60, $"{stored.Store.Requests} requests");
        Assert.True(stored.Store.Depth <= mostDepth, $"{stored.Store.Requests} requests, {stored.Store.Depth} after each other, {stored.Store.MostAtOnce} at once");
    }

    [Fact]
    public async Task A_query_knows_its_requests_and_bytes()
    {
        var stored = await StoredBlocks.WriteAsync(blocks: 5, different: 5, spansEach: 200);
        using var blocks = stored.Open(cacheBytes: 64 << 20);
        var tally = ReadTally.Begin();

        using (await FindAsync(blocks, Absent)) Assert.Equal((stored.Store.Requests, stored.Store.Bytes), ((int)tally.Requests, tally.Bytes));

        var again = ReadTally.Begin();
        using (await FindAsync(blocks, Absent)) Assert.Equal((0, 0L), ((int)again.Requests, again.Bytes));
    }

    [Fact]
    public async Task A_block_that_is_deleted_meanwhile_is_no_problem_and_a_listed_one_without_files_is()
    {
        var stored = await StoredBlocks.WriteAsync(blocks: 3, different: 3, spansEach: 50);
        using var blocks = stored.Open(cacheBytes: 1 << 20);
        var taken = stored.List.Blocks(StoredBlocks.Tenant);
        foreach (var gone in taken[..2]) await stored.Store.DeleteAsync(BlockKeys.Of(gone.TenantId, gone.BlockId, BlockKeys.Index), TestContext.Current.CancellationToken);
        stored.List.Remove(StoredBlocks.Tenant, taken[0].BlockId);

        using var snapshot = await FindAsync(blocks, Absent, taken);

        Assert.Equal(1, snapshot.BlockCount);
        Assert.Contains(taken[1].BlockId.ToString(), Assert.Single(snapshot.Problems), StringComparison.Ordinal);
    }

    private static async Task<SpanSnapshot> FindAsync(BlockStore blocks, TraceId id, ImmutableArray<BlockMeta>? among = null) => await blocks.OpenAsync(
        StoredBlocks.Tenant, among ?? blocks.List(StoredBlocks.Tenant), [], TimeRange.All, id, TestContext.Current.CancellationToken);
}
