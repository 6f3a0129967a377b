using System.Collections.Immutable;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;

namespace Rubato.Storage.BlockLists;

/// <summary>
/// A tenant's blocks, newest first, with the bounds of each run of 64. Since the order follows time, a run's bounds are tight: a question about an hour
/// looks at one pair of numbers for each run (157 of 10,000 blocks) and into few of them. Immutable. 16 bytes for 64 blocks.
/// </summary>
internal sealed class BlockTimes
{
    private const int RunBlocks = 64;

    private readonly (ulong Start, ulong End)[] _runs;

    public BlockTimes(ImmutableArray<BlockMeta> blocks)
    {
        Blocks = blocks;
        _runs = new (ulong, ulong)[(blocks.Length + RunBlocks - 1) / RunBlocks];
        _runs.AsSpan().Fill((ulong.MaxValue, 0));
        for (var i = 0; i < blocks.Length; i++)
        {
            ref var run = ref _runs[i / RunBlocks];
            var (start, end) = RangeOf(blocks[i]);
            run = (Math.Min(run.Start, start), Math.Max(run.End, end));
        }
    }

    public ImmutableArray<BlockMeta> Blocks { get; }

    /// <summary>Those that may hold a span within the range, newest first.</summary>
    public ImmutableArray<BlockMeta> Overlapping(TimeRange range)
    {
        if (range == TimeRange.All)
            return Blocks;
        var found = ImmutableArray.CreateBuilder<BlockMeta>();
        for (var run = 0; run < _runs.Length; run++)
        {
            if (!range.Overlaps(new TimeRange(_runs[run].Start, _runs[run].End)))
                continue;
            foreach (var block in Blocks.AsSpan(run * RunBlocks, Math.Min(RunBlocks, Blocks.Length - (run * RunBlocks))))
            {
                if (Overlaps(block, range))
                    found.Add(block);
            }
        }

        return found.DrainToImmutable();
    }

    public static bool Overlaps(BlockMeta block, TimeRange range)
    {
        var (start, end) = RangeOf(block);
        return start <= range.EndUnixNano && end >= range.StartUnixNano;
    }

    /// <summary>rubato.json counts 100 ns: its last tick is a whole one.</summary>
    private static (ulong Start, ulong End) RangeOf(BlockMeta block)
    {
        var end = UnixNano(block.EndTime);
        return (UnixNano(block.StartTime), end > ulong.MaxValue - 100 ? end : end + 100);
    }

    // Beyond 1970 to 2554 there is no OTLP time: the nearest one.
    private static ulong UnixNano(DateTimeOffset time)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        return ticks <= 0 ? 0 : (ulong)ticks > ulong.MaxValue / 100 ? ulong.MaxValue : (ulong)ticks * 100;
    }
}
