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
    [NoEffectYet]
    public int RetentionConcurrency { get; init; } = 10;

    /// <summary>Pause between two looks for work.</summary>
    [NoEffectYet]
    public TimeSpan CompactionCycle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Blocks are merged only within one window.</summary>
    [NoEffectYet]
    public TimeSpan CompactionWindow { get; init; } = TimeSpan.FromHours(1);

    [Bytes, ConfigRange(1), NoEffectYet]
    public long MaxBlockBytes { get; init; } = 107_374_182_400;

    [ConfigRange(1), NoEffectYet]
    public long MaxCompactionObjects { get; init; } = 6_000_000;

    [NoEffectYet]
    public TimeSpan MaxTimePerTenant { get; init; } = TimeSpan.FromMinutes(5);
}
