namespace Rubato.Configuration.Options;

/// <summary><c>compactor.compaction</c>: merging small blocks, deleting old ones.</summary>
internal sealed class CompactionOptions
{
    /// <summary>A block whose newest span is older is deleted. A tenant's own value wins.</summary>
    public TimeSpan BlockRetention { get; init; } = TimeSpan.FromHours(168);

    /// <summary>How long a replaced or expired block stays on disk after queries stopped using it.</summary>
    public TimeSpan CompactedBlockRetention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Tenants whose blocks are deleted at a time; 0 means 10.</summary>
    [ConfigRange(0, 10_000)]
    public int RetentionConcurrency { get; init; } = 10;

    /// <summary>Pause between two looks for work.</summary>
    public TimeSpan CompactionCycle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Blocks are merged only with blocks that end in the same window. A tenant's own value wins.</summary>
    public TimeSpan CompactionWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of a merged block, at most.</summary>
    [Bytes, ConfigRange(1)]
    public long MaxBlockBytes { get; init; } = 107_374_182_400;

    /// <summary>Traces of a merged block, at most.</summary>
    [ConfigRange(1)]
    public long MaxCompactionObjects { get; init; } = 6_000_000;

    /// <summary>How long one tenant may keep the others waiting.</summary>
    public TimeSpan MaxTimePerTenant { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Blocks that must have gathered before they are merged, in a window that still fills; later two are enough.</summary>
    [ConfigRange(2, 1000)]
    public int MinInputBlocks { get; init; } = 4;

    /// <summary>Blocks merged at once, at most.</summary>
    [ConfigRange(2, 64)]
    public int MaxInputBlocks { get; init; } = 8;

    /// <summary>Share of one processor core that merging takes, at most.</summary>
    [ConfigRange(0.01, 1)]
    public double CpuShare { get; init; } = 0.5;
}
