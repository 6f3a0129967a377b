using Rubato.Configuration.Schema;

namespace Rubato.Configuration;

/// <summary>A loaded configuration, or why it could not be loaded.</summary>
internal sealed class ConfigResult(RubatoConfig config, ConfigValues values, SchemaSection schema, ConfigProblems problems)
{
    /// <summary>Usable only when there are no errors.</summary>
    public RubatoConfig Config { get; } = config;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ConfigProblem> Errors { get; } = [.. problems.Errors.OrderBy(problem => problem.Line)];

    public IReadOnlyList<ConfigProblem> Warnings { get; } = [.. problems.Warnings.OrderBy(problem => problem.Line)];

    /// <summary>Keys that ask for what this version cannot do without: another store, another ring. Not to be started with.</summary>
    public IReadOnlyList<ConfigProblem> Refusals { get; } = [.. problems.Refusals.OrderBy(problem => problem.Line)];

    public bool IsValid => Errors.Count == 0;

    /// <summary>The text of <c>/status/config</c>.</summary>
    public ConfigPrinter Printer { get; } = new(schema, values);

    /// <summary>How variables in the per-tenant overrides file are to be expanded.</summary>
    public required ConfigText Text { get; init; }

    /// <summary>Names of <c>distributor.forwarders</c>.</summary>
    public IReadOnlyCollection<string> Forwarders { get; } = values.TryGet("distributor.forwarders", out var forwarders)
        ? [.. ((List<ConfigValues>)forwarders).Select(one => one.TryGet("name", out var name) ? (string)name : "")]
        : [];

    /// <summary>What a tenant's entry may hold.</summary>
    public SchemaSection TenantSchema { get; } = ConfigSchema.TenantEntry(schema);
}
