using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Compaction;

public sealed class CompactorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocks_become_one_that_holds_every_span_once()
    {
        using var bench = new CompactionBench(1);
        var inputs = new List<BlockMeta>();
        for (var i = 0; i < 4; i++) inputs.Add(await bench.AddBlockAsync());
        var process = await bench.StartAsync();

        Assert.True(await process.Compactor.RunOnceAsync(Token));

        var merged = Assert.Single(process.List.Blocks(CompactionBench.Tenant));
        Assert.Equal(1, merged.CompactionLevel);
        Assert.Equal(inputs.Select(i => i.BlockId), merged.CompactedFrom);
        Assert.Equal(inputs.Sum(i => i.TotalSpans), merged.TotalSpans);
        Assert.Empty(process.List.Replaced(CompactionBench.Tenant));
        await bench.AssertAllOnceAsync(process.List);
        await bench.AssertAllOnceAsync();
        Assert.False(await process.Compactor.RunOnceAsync(Token));

        foreach (var input in inputs)
        {
            Assert.Contains(BlockKeys.Of(CompactionBench.Tenant, input.BlockId, BlockKeys.CompactedMeta), bench.Store.Keys);
            Assert.Contains(BlockKeys.Of(CompactionBench.Tenant, input.BlockId, BlockKeys.Data), bench.Store.Keys);
        }

        bench.Time.Advance(TimeSpan.FromMinutes(61));
        await process.Sweeper.SweepAsync(Token);
        Assert.All(bench.Store.Keys, key => Assert.Contains(merged.BlockId.ToString(), key, StringComparison.Ordinal));
    }

    /// <summary>The process dies at each of its calls to the store, once before the call has done anything and once after.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_call_loses_and_doubles_nothing(bool afterTheCall)
    {
        for (var crashAt = 0; ; crashAt++)
        {
            using var bench = new CompactionBench(crashAt);
            for (var i = 0; i < 3; i++) await bench.AddBlockAsync(30);
            var process = await bench.StartAsync();
            var calls = 0;
            var dead = false;
            void Step(string call, string key)
            {
                if (call == "list") return;
                if (dead || calls++ == crashAt)
                {
                    dead = true;
                    throw new IOException("the process is gone");
                }
            }

            if (afterTheCall) bench.Store.After = Step;
            else bench.Store.Before = Step;
            await process.Compactor.RunOnceAsync(Token);
            bench.Store.Before = bench.Store.After = (_, _) => { };

            await bench.AssertAllOnceAsync();
            var next = await bench.StartAsync();
            for (var i = 0; i < 5 && await next.Compactor.RunOnceAsync(Token); i++)
            {
            }

            await next.Compactor.FinishAsync(CompactionBench.Tenant, Token);
            Assert.Single(next.List.Blocks(CompactionBench.Tenant));
            await bench.AssertAllOnceAsync(next.List);
            await bench.AssertAllOnceAsync();
            if (!dead) break;
            Assert.True(crashAt < 500, "the merge never ends");
        }
    }

    /// <summary>A store that fails once, at each call, does not need a restart.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_at_any_call_is_made_up_for_by_the_next_cycle(bool afterTheCall)
    {
        for (var failAt = 0; ; failAt++)
        {
            using var bench = new CompactionBench(failAt);
            for (var i = 0; i < 3; i++) await bench.AddBlockAsync(20);
            var process = await bench.StartAsync();
            var calls = 0;
            var isAsking = false;
            void Step(string call, string key)
            {
                if (call != "list" && !isAsking && calls++ == failAt) throw new IOException("503");
            }

            if (afterTheCall) bench.Store.After = Step;
            else bench.Store.Before = Step;
            for (var i = 0; i < 4; i++)
            {
                await process.Compactor.RunOnceAsync(Token);
                isAsking = true;
                await bench.AssertAllOnceAsync(process.List);
                isAsking = false;
            }

            isAsking = true;
            Assert.Single(process.List.Blocks(CompactionBench.Tenant));
            Assert.Empty(process.List.Replaced(CompactionBench.Tenant));
            await bench.AssertAllOnceAsync();
            if (calls <= failAt) break;
            Assert.True(failAt < 500, "the merge never ends");
        }
    }

    /// <summary>Another process does all of its work at each call of the first.</summary>
    [Fact]
    public async Task Two_processes_on_one_store_never_double_a_span()
    {
        for (var at = 0; ; at++)
        {
            using var bench = new CompactionBench(at);
            for (var i = 0; i < 3; i++) await bench.AddBlockAsync(20);
            var one = await bench.StartAsync();
            var two = await bench.StartAsync(wal: new Guid(9, 9, 9, [9, 9, 9, 9, 9, 9, 9, 9]));
            var calls = 0;
            bench.Store.Before = (call, _) =>
            {
                if (calls++ != at) return;
                two.Compactor.RunOnceAsync(Token).GetAwaiter().GetResult();
            };
            await one.Compactor.RunOnceAsync(Token);
            bench.Store.Before = (_, _) => { };

            await bench.AssertAllOnceAsync();
            for (var i = 0; i < 3; i++)
            {
                bench.Time.Advance(TimeSpan.FromMinutes(1));
                await one.Compactor.RunOnceAsync(Token);
                await two.Compactor.RunOnceAsync(Token);
                await bench.AssertAllOnceAsync(one.List);
                await bench.AssertAllOnceAsync(two.List);
                await one.Poller.PollAsync(Token);
                await two.Poller.PollAsync(Token);
            }

            Assert.Single(one.List.Blocks(CompactionBench.Tenant));
            Assert.Single(two.List.Blocks(CompactionBench.Tenant));
            if (calls <= at) break;
            Assert.True(at < 500, "the merge never ends");
        }
    }

    [Fact]
    public async Task A_merge_that_another_process_never_finishes_is_taken_over_and_its_late_commit_is_void()
    {
        using var bench = new CompactionBench(7);
        for (var i = 0; i < 3; i++) await bench.AddBlockAsync(20);
        var slow = await bench.StartAsync();
        var other = await bench.StartAsync(wal: new Guid(9, 9, 9, [9, 9, 9, 9, 9, 9, 9, 9]));
        var done = false;
        bench.Store.Before = (call, key) =>
        {
            if (done || call != "put" || !key.EndsWith(BlockKeys.Index, StringComparison.Ordinal)) return;
            done = true;
            Assert.False(other.Compactor.RunOnceAsync(Token).GetAwaiter().GetResult());
            bench.Time.Advance(TimeSpan.FromHours(7));
            Assert.True(other.Compactor.RunOnceAsync(Token).GetAwaiter().GetResult());
        };

        Assert.False(await slow.Compactor.RunOnceAsync(Token));

        await bench.AssertAllOnceAsync();
        await bench.AssertAllOnceAsync(other.List);
        Assert.Equal(1, Assert.Single(other.List.Blocks(CompactionBench.Tenant)).CompactionLevel);
    }

    [Fact]
    public async Task A_damaged_input_is_set_aside_and_the_others_are_merged()
    {
        using var bench = new CompactionBench(3);
        var damaged = await bench.AddBlockAsync(50);
        for (var i = 0; i < 2; i++) await bench.AddBlockAsync(50);
        var key = BlockKeys.Of(CompactionBench.Tenant, damaged.BlockId, BlockKeys.Data);
        var bytes = await bench.Store.GetAsync(key, Token);
        bytes.AsSpan(8, 200).Fill(0xAA);
        await bench.Store.PutAsync(key, bytes, Token);
        var process = await bench.StartAsync();

        Assert.False(await process.Compactor.RunOnceAsync(Token));
        Assert.True(await process.Compactor.RunOnceAsync(Token));

        Assert.Equal(damaged.BlockId, Assert.Single(process.List.Quarantined).BlockId);
        Assert.Equal(2, Assert.Single(process.List.Blocks(CompactionBench.Tenant)).CompactedFrom.Count);
        Assert.Contains(BlockKeys.Of(CompactionBench.Tenant, damaged.BlockId, BlockKeys.Meta), bench.Store.Keys);
    }

    /// <summary>A store that does not answer for a moment is no damage: queries would lack a sound block until the next start.</summary>
    [Fact]
    public async Task An_input_that_cannot_be_read_now_is_not_set_aside()
    {
        using var bench = new CompactionBench(6);
        for (var i = 0; i < 3; i++) await bench.AddBlockAsync(50);
        var process = await bench.StartAsync();
        bench.Store.Before = (call, key) =>
        {
            if (call == "get" && key.EndsWith(BlockKeys.Data, StringComparison.Ordinal)) throw new IOException("503 Slow Down");
        };
        Assert.False(await process.Compactor.RunOnceAsync(Token));
        Assert.Empty(process.List.Quarantined);

        bench.Store.Before = (_, _) => { };
        Assert.True(await process.Compactor.RunOnceAsync(Token));
        await bench.AssertAllOnceAsync(process.List);
    }

    /// <summary>A bad sector under one block: the merges of other windows go on, and its own is tried again later.</summary>
    [Fact]
    public async Task A_block_that_cannot_be_read_keeps_no_other_waiting()
    {
        using var bench = new CompactionBench(8);
        var bad = await bench.AddBlockAsync(20);
        for (var i = 0; i < 3; i++) await bench.AddBlockAsync(20, i == 0 ? null : m => m with { StartTime = m.StartTime.AddHours(-3), EndTime = m.EndTime.AddHours(-3) });
        var process = await bench.StartAsync();
        bench.Store.Before = (_, key) =>
        {
            if (key == BlockKeys.Of(CompactionBench.Tenant, bad.BlockId, BlockKeys.Data)) throw new IOException("Input/output error");
        };
        Assert.False(await process.Compactor.RunOnceAsync(Token));
        Assert.False(await process.Compactor.RunOnceAsync(Token));
        Assert.True(await process.Compactor.RunOnceAsync(Token));
        Assert.Equal(3, process.List.Blocks(CompactionBench.Tenant).Length);

        bench.Store.Before = (_, _) => { };
        bench.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.True(await process.Compactor.RunOnceAsync(Token));
        Assert.Equal(2, process.List.Blocks(CompactionBench.Tenant).Length);
        await bench.AssertAllOnceAsync(process.List);
    }

    /// <summary>A process that was suspended for a day: what it has merged lost its objects with the tombstone.</summary>
    [Fact]
    public async Task A_merge_that_took_longer_than_a_tombstone_may_last_is_thrown_away()
    {
        using var bench = new CompactionBench(9);
        for (var i = 0; i < 3; i++) await bench.AddBlockAsync(20);
        var slow = await bench.StartAsync();
        bench.Store.Before = (call, key) =>
        {
            if (call != "put" || !key.EndsWith(BlockKeys.Index, StringComparison.Ordinal)) return;
            bench.Store.Before = (_, _) => { };
            bench.Time.Advance(TimeSpan.FromHours(13));
        };

        Assert.False(await slow.Compactor.RunOnceAsync(Token));

        Assert.Equal(3, slow.List.Blocks(CompactionBench.Tenant).Length);
        await bench.AssertAllOnceAsync(slow.List);
        await bench.AssertAllOnceAsync();
    }

    [Fact]
    public async Task A_block_whose_data_is_gone_is_set_aside_and_the_others_are_merged()
    {
        using var bench = new CompactionBench(10);
        var gone = await bench.AddBlockAsync(50);
        for (var i = 0; i < 2; i++) await bench.AddBlockAsync(50);
        var process = await bench.StartAsync();
        // After the list was read: a poll would have set it aside already.
        await bench.Store.DeleteAsync(BlockKeys.Of(CompactionBench.Tenant, gone.BlockId, BlockKeys.Data), Token);

        Assert.False(await process.Compactor.RunOnceAsync(Token));
        Assert.True(await process.Compactor.RunOnceAsync(Token));

        Assert.Equal(gone.BlockId, Assert.Single(process.List.Quarantined).BlockId);
        Assert.Single(process.List.Blocks(CompactionBench.Tenant));
    }

    [Fact]
    public async Task Records_that_the_log_may_still_have_are_carried_on_and_others_are_not()
    {
        using var bench = new CompactionBench(4);
        var foreign = new Guid(8, 8, 8, [8, 8, 8, 8, 8, 8, 8, 8]);
        await bench.AddBlockAsync(20, m => m with { WalId = CompactionBench.Wal, WalRecords = [new(1, 5), new(7, 20)] });
        await bench.AddBlockAsync(20, m => m with { WalId = CompactionBench.Wal, WalRecords = [new(2, 4)] });
        var left = await bench.AddBlockAsync(20, m => m with { WalId = foreign, WalRecords = [new(3, 3)] });
        var trace = new Rubato.Model.Spans.TraceId(5, 6);
        await bench.Store.PutAsync(BlockKeys.Of(CompactionBench.Tenant, left.BlockId, CarriedTraces.FileName), CarriedTraces.Encode([trace]), Token);

        var process = await bench.StartAsync(lowestKept: 7);
        Assert.True(await process.Compactor.RunOnceAsync(Token));

        var merged = Assert.Single(process.List.Blocks(CompactionBench.Tenant));
        Assert.Empty(merged.WalRecords);
        Assert.Equal([CompactionBench.Wal, foreign], merged.HeldWals);
        var held = await HeldRecordsReader.ReadAsync(bench.Store, merged, Token);
        Assert.Equal(2, held.Count);
        Assert.Equal([new WalRecordRange(7, 20)], held[0].Records);
        Assert.Empty(held[0].Carried);
        Assert.Equal([new WalRecordRange(3, 3)], held[1].Records);
        Assert.Equal([trace], held[1].Carried);
        bench.Store.Before = (_, _) => { };
        Assert.Throws<InvalidDataException>(() => HeldRecords.Decode(HeldRecords.Encode(held).AsSpan(0, 30)));
    }

    [Fact]
    public async Task A_merged_block_is_not_merged_again_before_its_inputs_are_marked()
    {
        using var bench = new CompactionBench(5);
        for (var i = 0; i < 2; i++) await bench.AddBlockAsync(20);
        var process = await bench.StartAsync();
        bench.Store.Before = (call, key) =>
        {
            if (key.EndsWith(BlockKeys.CompactedMeta, StringComparison.Ordinal)) throw new IOException("no permission to write this");
        };
        Assert.False(await process.Compactor.RunOnceAsync(Token));
        Assert.Equal(2, process.List.Replaced(CompactionBench.Tenant).Length);
        var merged = Assert.Single(process.List.Blocks(CompactionBench.Tenant));
        await bench.AddBlockAsync(20, m => m with { EndTime = merged.EndTime, CompactionLevel = 1 });
        await process.Poller.PollAsync(Token);

        Assert.False(await process.Compactor.RunOnceAsync(Token));
        await bench.AssertAllOnceAsync(process.List);
        bench.Store.Before = (_, _) => { };
        Assert.True(await process.Compactor.RunOnceAsync(Token));

        Assert.Single(process.List.Blocks(CompactionBench.Tenant));
        await bench.AssertAllOnceAsync(process.List);
        await bench.AssertAllOnceAsync();
    }
}
