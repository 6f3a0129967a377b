namespace Rubato.Storage.Compaction;

public sealed record RetentionOptions
{
    /// <summary>How often to look: <c>storage.trace.blocklist_poll</c>, as in Tempo.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>compactor.compaction.compacted_block_retention</c>: how long a query that still reads a block may take.</summary>
    public TimeSpan CompactedBlockRetention { get; init; } = TimeSpan.FromHours(1);

    /// <summary><c>compactor.compaction.retention_concurrency</c>: tenants, and blocks to delete, at a time.</summary>
    public int Concurrency { get; init; } = 10;
}
