namespace Rubato.Configuration.Options;

/// <summary><c>compactor</c>.</summary>
internal sealed class CompactorOptions
{
    [NoEffectYet]
    public bool Disabled { get; init; }

    public CompactionOptions Compaction { get; init; } = new();
}
