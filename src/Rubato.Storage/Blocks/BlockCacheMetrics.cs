using Prometheus;

namespace Rubato.Storage.Blocks;

/// <summary>What the block cache holds and how often it had what was asked for, by part. Read from the cache when somebody collects.</summary>
public static class BlockCacheMetrics
{
    private static readonly Gauge BudgetBytes = Metrics.CreateGauge("rubato_block_cache_budget_bytes", "Memory that cached parts of blocks may take.");

    private static readonly Gauge UsedBytes = Metrics.CreateGauge("rubato_block_cache_bytes", "Memory of cached parts of blocks.", "part");

    private static readonly Counter Hits = Metrics.CreateCounter("rubato_block_cache_hits_total", "Parts of blocks that were found in the cache.", "part");

    private static readonly Counter Misses = Metrics.CreateCounter("rubato_block_cache_misses_total", "Parts of blocks that had to be read.", "part");

    /// <summary>From now on the metrics are those of this cache, while it lives.</summary>
    public static void Register(BlockCache cache)
    {
        var weak = new WeakReference<BlockCache>(cache);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            if (weak.TryGetTarget(out var live)) Publish(live);
        });
    }

    private static void Publish(BlockCache cache)
    {
        BudgetBytes.Set(cache.BudgetBytes);
        foreach (var part in Enum.GetValues<BlockPart>())
        {
            var (name, figures) = (part.ToString().ToLowerInvariant(), cache.Figures(part));
            UsedBytes.WithLabels(name).Set(figures.Bytes);
            Hits.WithLabels(name).IncTo(figures.Hits);
            Misses.WithLabels(name).IncTo(figures.Misses);
        }
    }
}
