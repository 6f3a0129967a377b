using Rubato.Model.Tenants;

namespace Rubato.Configuration.Options;

/// <summary><c>overrides</c>: limits for all tenants, and a file with those of single ones.</summary>
internal sealed class OverridesOptions
{
    /// <summary>Limits of a tenant without an entry of its own.</summary>
    [NotAKey]
    public TenantLimits Defaults { get; internal set; } = TenantLimits.Default;

    /// <summary>File with limits per tenant, read again every <see cref="PerTenantOverridePeriod"/>; empty means none.</summary>
    public string PerTenantOverrideConfig { get; init; } = "";

    public TimeSpan PerTenantOverridePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether what an entry leaves out is inherited from <c>"*"</c> and the defaults. False is Tempo's way: zero.</summary>
    public bool MergeUnset { get; init; } = true;

    /// <summary>Limits that tenants set for themselves, by an API.</summary>
    public UserConfigurableOverridesOptions UserConfigurableOverrides { get; init; } = new();
}
