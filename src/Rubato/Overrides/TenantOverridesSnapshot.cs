using System.Collections.Frozen;
using Rubato.Configuration;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>What one version of the overrides file says: immutable, swapped whole.</summary>
internal sealed record TenantOverridesSnapshot(
    FrozenDictionary<TenantId, TenantLimits> Tenants,
    TenantLimits Everyone,
    IReadOnlyDictionary<string, ConfigValues> Entries)
{
    /// <summary>No file: everybody has the defaults.</summary>
    public static TenantOverridesSnapshot Empty(TenantLimits defaults) =>
        new(FrozenDictionary<TenantId, TenantLimits>.Empty, defaults, new Dictionary<string, ConfigValues>());

    public TenantLimits For(TenantId tenant) => Tenants.TryGetValue(tenant, out var limits) ? limits : Everyone;
}
