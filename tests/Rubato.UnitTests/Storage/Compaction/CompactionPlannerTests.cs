using CsCheck;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Compaction;

public sealed class CompactionPlannerTests
{
    private static readonly TenantId Tenant = TenantId.Parse("acme");
    private static readonly DateTimeOffset Now = new(2026, 1, 10, 12, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private int _seed;

    [Fact]
    public void Blocks_of_a_window_that_still_fills_wait_for_company()
    {
        var options = Options with { MinInputs = 3, MaxInputs = 4 };
        List<BlockMeta> blocks = [Block(Now), Block(Now)];
        Assert.Null(Next(blocks, options));

        blocks.Add(Block(Now));
        Assert.Equal(3, Next(blocks, options)!.Inputs.Count);

        blocks.AddRange([Block(Now), Block(Now)]);
        Assert.Equal(4, Next(blocks, options)!.Inputs.Count);
    }

    [Fact]
    public void Two_are_enough_once_the_window_is_over()
    {
        var options = Options with { MinInputs = 3 };
        var job = Next([Block(Now.AddHours(-3)), Block(Now.AddHours(-3))], options);
        Assert.Equal(1, job!.Level);
        Assert.Equal(CompactionPlanner.WindowOf(Now.AddHours(-3), Hour), job.Window);
        Assert.Null(Next([Block(Now.AddHours(-3)), Block(Now.AddHours(-4))], options));
    }

    [Fact]
    public void The_lowest_level_and_the_newest_window_go_first()
    {
        BlockMeta[] blocks =
        [
            Block(Now.AddHours(-5), level: 1), Block(Now.AddHours(-5), level: 1),
            Block(Now.AddHours(-6)), Block(Now.AddHours(-6)),
            Block(Now.AddHours(-4)), Block(Now.AddHours(-4)),
        ];
        var job = Next(blocks, Options);
        Assert.Equal(CompactionPlanner.WindowOf(Now.AddHours(-4), Hour), job!.Window);
        Assert.Equal(CompactionPlanner.WindowOf(Now.AddHours(-6), Hour), Next(blocks[..4], Options)!.Window);
        Assert.Equal(2, Next(blocks[..2], Options)!.Level);
    }

    [Fact]
    public void Levels_are_merged_together_only_when_the_window_has_closed()
    {
        Assert.Null(Next([Block(Now.AddHours(-5), level: 1), Block(Now.AddHours(-5))], Options));
        var job = Next([Block(Now.AddHours(-50), level: 3), Block(Now.AddHours(-50))], Options);
        Assert.Equal(4, job!.Level);
    }

    [Fact]
    public void The_window_at_the_border_is_left_alone()
    {
        Assert.Null(Next([Block(Now.AddHours(-24)), Block(Now.AddHours(-24))], Options));
        Assert.NotNull(Next([Block(Now.AddHours(-25)), Block(Now.AddHours(-25))], Options));
        Assert.NotNull(Next([Block(Now.AddHours(-23)), Block(Now.AddHours(-23))], Options));
    }

    [Fact]
    public void Limits_of_traces_and_bytes_hold_and_the_smallest_go_first()
    {
        BlockMeta[] blocks = [Block(Now.AddHours(-3), traces: 500), Block(Now.AddHours(-3), traces: 40), Block(Now.AddHours(-3), traces: 30), Block(Now.AddHours(-3), traces: 35)];
        var job = Next(blocks, Options with { MaxTraces = 100 });
        Assert.Equal([35, 30], job!.Inputs.OrderBy(b => b.BlockId == blocks[3].BlockId ? 0 : 1).Select(b => b.TotalObjects));
        Assert.Null(Next(blocks, Options with { MaxTraces = 60 }));
        Assert.Null(Next(blocks, Options with { MaxBytes = 1500 }));
        Assert.Equal(2, Next(blocks, Options with { MaxBytes = 2500 })!.Inputs.Count);
    }

    [Fact]
    public void Blocks_of_another_format_or_replication_stay_apart()
    {
        Assert.Null(Next([Block(Now.AddHours(-3)), Block(Now.AddHours(-3)) with { Format = "rubato2" }], Options));
        Assert.Null(Next([Block(Now.AddHours(-3)), Block(Now.AddHours(-3)) with { ReplicationFactor = 3 }], Options));
    }

    /// <summary>Doing what the planner says comes to an end, and writes each span a bounded number of times.</summary>
    [Fact]
    public void Work_comes_to_an_end() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[1, 200], Gen.Int[2, 8], Gen.Int[0, 6]).Sample((seed, count, maxInputs, more) =>
        {
            var random = new Random(seed);
            var options = Options with { MinInputs = random.Next(2, maxInputs + 1), MaxInputs = maxInputs };
            var blocks = new List<BlockMeta>();
            for (var i = 0; i < count; i++) blocks.Add(Block(Now.AddHours(-random.Next(60)), level: random.Next(3), traces: random.Next(1, 1000)));
            var steps = 0;
            while (Next(blocks, options) is { } job)
            {
                Assert.InRange(job.Inputs.Count, 2, maxInputs);
                Assert.Single(job.Inputs.Select(b => CompactionPlanner.WindowOf(b.EndTime, Hour)).Distinct());
                Assert.True(++steps <= count);
                foreach (var input in job.Inputs) Assert.True(blocks.Remove(input));
                blocks.Add(Block(job.Inputs.Max(b => b.EndTime), job.Level, job.Inputs.Sum(b => b.TotalObjects)));
            }
        });

    private static CompactionOptions Options => new() { ScratchFolder = "", MinInputs = 2, MaxInputs = 4 };

    private static CompactionJob? Next(IEnumerable<BlockMeta> blocks, CompactionOptions options) => CompactionPlanner.Next(blocks, Hour, options, Now);

    private BlockMeta Block(DateTimeOffset end, int level = 0, long traces = 10) =>
        TestBlocks.Meta(Tenant, ++_seed, end) with { CompactionLevel = level, TotalObjects = traces };
}
