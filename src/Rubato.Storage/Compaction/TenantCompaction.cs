namespace Rubato.Storage.Compaction;

/// <summary>A tenant's own settings.</summary>
/// <param name="IsDisabled"><c>compaction_disabled</c>.</param>
/// <param name="Window"><c>compaction_window</c>; zero: that of the options.</param>
public readonly record struct TenantCompaction(bool IsDisabled, TimeSpan Window);
