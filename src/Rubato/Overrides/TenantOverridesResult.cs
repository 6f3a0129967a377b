using Rubato.Configuration;

namespace Rubato.Overrides;

/// <summary>A read overrides file, or why it cannot be used.</summary>
internal sealed class TenantOverridesResult(TenantOverridesSnapshot snapshot, ConfigProblems problems)
{
    public TenantOverridesSnapshot Snapshot { get; } = snapshot;

    public IReadOnlyList<ConfigProblem> Errors => problems.Errors;

    public IReadOnlyList<ConfigProblem> Warnings => problems.Warnings;
}
