namespace Rubato.Model.Tenants;

/// <summary>The same limits for everybody: no overrides file, and tests.</summary>
public sealed class FixedTenantLimits(TenantLimits limits) : ITenantLimits
{
    public TenantLimits For(TenantId tenant) => limits;
}
