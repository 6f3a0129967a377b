namespace Rubato.Model.Tenants;

/// <summary>
/// The limits that hold for a tenant now. Cheap enough to ask for each request; do not keep the answer longer than that,
/// since the overrides file may change at any time.
/// </summary>
public interface ITenantLimits
{
    TenantLimits For(TenantId tenant);
}
