namespace Rubato.Storage.Compaction;

/// <summary>What a <see cref="Compactor"/> merges, and how much it may take for it: the keys of <c>compactor.compaction</c>.</summary>
public sealed record CompactionOptions
{
    /// <summary>Pause between two looks for work.</summary>
    public TimeSpan Cycle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Only blocks whose ends lie in the same window are merged; a tenant's own value wins.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Traces of a merged block, at most.</summary>
    public long MaxTraces { get; init; } = 6_000_000;

    /// <summary>Bytes of a merged block, at most.</summary>
    public long MaxBytes { get; init; } = 107_374_182_400;

    /// <summary>
    /// Blocks of a level that must have gathered in a window that still fills, before they are merged: each merge writes every span again, so merging two at a time
    /// would write a span eight times where eight at a time write it twice.
    /// </summary>
    public int MinInputs { get; init; } = 4;

    /// <summary>Blocks merged at once, at most.</summary>
    public int MaxInputs { get; init; } = 8;

    /// <summary>How long one tenant may keep the others waiting.</summary>
    public TimeSpan MaxTimePerTenant { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of one processor core that merging takes, at most: above 0, up to 1.</summary>
    public double CpuShare { get; init; } = 0.5;

    /// <summary>After this a merge that another process began and never finished is taken over. Longer than any merge takes.</summary>
    public TimeSpan ClaimTimeout { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Folder for the block that is being written; what lies there at start is deleted.</summary>
    public required string ScratchFolder { get; init; }
}
