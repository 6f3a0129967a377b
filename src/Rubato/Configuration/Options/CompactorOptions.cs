namespace Rubato.Configuration.Options;

/// <summary><c>compactor</c>.</summary>
internal sealed class CompactorOptions
{
    /// <summary>No merging and no retention: every block stays, to be looked at.</summary>
    public bool Disabled { get; init; }

    public CompactionOptions Compaction { get; init; } = new();
}
