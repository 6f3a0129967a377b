using Rubato.Storage.Blocks;

namespace Rubato.Storage.Compaction;

/// <summary>
/// Decides which blocks of a tenant become one. Pure: the same list and time give the same answer.
/// <code>
///            24 h ago                                            now
///  ── closed windows ──│excluded│────────── active windows ───────│fills│
///   all levels together           level by level, lowest first      only MinInputs or more of a level
/// </code>
/// Active windows come first, the lowest level and the newest window before others, since new blocks are small and many. What is left over in a window that has
/// closed is merged whatever its level. Within a group the blocks with the fewest traces go first.
/// </summary>
public static class CompactionPlanner
{
    /// <summary>Windows older than this are closed: nothing is expected to come any more.</summary>
    public static readonly TimeSpan ActiveFor = TimeSpan.FromHours(24);

    // Positions within a block have 32 bits.
    private const long MaxSpans = 1L << 30;

    /// <summary>The window that a block belongs to: that of its end.</summary>
    public static long WindowOf(DateTimeOffset time, TimeSpan window) => (long)Math.Floor((double)time.ToUnixTimeMilliseconds() / window.TotalMilliseconds);

    /// <summary>What to do next, or null.</summary>
    /// <param name="blocks">Blocks of one tenant that may be merged.</param>
    /// <param name="window">The tenant's window.</param>
    /// <param name="options">Limits.</param>
    /// <param name="now">The time.</param>
    public static CompactionJob? Next(IEnumerable<BlockMeta> blocks, TimeSpan window, CompactionOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(options);
        return Jobs(blocks, window, options, now).FirstOrDefault();
    }

    /// <summary>Blocks that wait to be merged: the metric.</summary>
    public static int CountOutstanding(IEnumerable<BlockMeta> blocks, TimeSpan window, CompactionOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(options);
        return Jobs(blocks, window, options, now).Sum(job => job.Inputs.Count);
    }

    private static IEnumerable<CompactionJob> Jobs(IEnumerable<BlockMeta> blocks, TimeSpan window, CompactionOptions options, DateTimeOffset now)
    {
        var current = WindowOf(now, window);
        var border = WindowOf(now - ActiveFor, window);
        var groups = blocks
            .Select(block => (Block: block, Window: WindowOf(block.EndTime, window)))
            // Not the window at the border: one process may still think it active while another thinks it closed.
            .Where(block => block.Window != border)
            .GroupBy(block => (
                IsClosed: block.Window < border,
                Level: block.Window < border ? 0 : block.Block.CompactionLevel,
                block.Window,
                block.Block.ReplicationFactor,
                block.Block.Format))
            .OrderBy(group => group.Key.IsClosed).ThenBy(group => group.Key.Level).ThenByDescending(group => group.Key.Window);
        foreach (var group in groups)
        {
            var ordered = group.Select(block => block.Block)
                .OrderBy(block => group.Key.IsClosed ? block.CompactionLevel : 0).ThenBy(block => block.TotalObjects).ThenBy(block => block.BlockId).ToList();
            // A window whose end is still to come, or just passed, will get more blocks.
            var minInputs = group.Key.Window >= current - 1 ? Math.Min(options.MinInputs, options.MaxInputs) : 2;
            for (var first = 0; first < ordered.Count;)
            {
                var run = Run(ordered, first, options);
                if (run.Count >= Math.Max(2, minInputs))
                    yield return new CompactionJob([.. run.OrderBy(block => block.BlockId)], group.Key.Window, run.Max(block => block.CompactionLevel) + 1);
                first += run.Count >= Math.Max(2, minInputs) ? run.Count : 1;
            }
        }
    }

    private static List<BlockMeta> Run(List<BlockMeta> ordered, int first, CompactionOptions options)
    {
        var run = new List<BlockMeta>();
        long traces = 0, bytes = 0, spans = 0;
        for (var i = first; i < ordered.Count && run.Count < Math.Max(2, options.MaxInputs); i++)
        {
            traces += ordered[i].TotalObjects;
            bytes += ordered[i].Size;
            spans += ordered[i].TotalSpans;
            if (traces > options.MaxTraces || bytes > options.MaxBytes || spans > MaxSpans) break;
            run.Add(ordered[i]);
        }

        return run;
    }
}
