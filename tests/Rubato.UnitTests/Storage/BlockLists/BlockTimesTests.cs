using System.Collections.Immutable;
using CsCheck;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.BlockLists;

public sealed class BlockTimesTests
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BlockMeta Template = TestBlocks.Meta(A, 1, Noon);

    [Fact]
    public void Runs_leave_out_what_looking_at_every_block_leaves_out()
    {
        var block = Gen.Select(Gen.Int[0, 2000], Gen.Int[0, 200]);
        var range = Gen.Select(Gen.Int[-10, 2100], Gen.Int[0, 300]);
        Gen.Select(block.Array[0, 300], range).Sample((blocks, asked) =>
        {
            var metas = blocks
                .Select(b => Template with { StartTime = Noon.AddMinutes(b.Item1), EndTime = Noon.AddMinutes(b.Item1 + b.Item2), MaxTraceStartUnixNano = b.Item1 })
                .OrderByDescending(meta => meta.MaxTraceStartUnixNano)
                .ToImmutableArray();
            var wanted = new TimeRange(Nano(Noon.AddMinutes(asked.Item1)), Nano(Noon.AddMinutes(asked.Item1 + asked.Item2)));

            var plain = metas.Where(meta => Nano(meta.StartTime) <= wanted.EndUnixNano && Nano(meta.EndTime) + 100 >= wanted.StartUnixNano);
            Assert.Equal(plain, new BlockTimes(metas).Overlapping(wanted), ReferenceEqualityComparer.Instance);
        });
    }

    [Fact]
    public void Times_at_the_ends_of_the_calendar_do_not_wrap_around()
    {
        var always = Template with { StartTime = DateTimeOffset.MinValue, EndTime = DateTimeOffset.MaxValue };
        var late = Template with { StartTime = DateTimeOffset.MaxValue, EndTime = DateTimeOffset.MaxValue };
        var times = new BlockTimes([always, late]);

        Assert.Same(always, Assert.Single(times.Overlapping(new TimeRange(Nano(Noon), Nano(Noon)))));
        Assert.Equal(2, times.Overlapping(new TimeRange(Nano(Noon), ulong.MaxValue)).Length);
        Assert.Equal(2, times.Overlapping(TimeRange.All).Length);
        Assert.Empty(new BlockTimes([]).Overlapping(new TimeRange(1, 2)));
    }

    private static ulong Nano(DateTimeOffset time) => (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
