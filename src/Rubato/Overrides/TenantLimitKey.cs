using Rubato.Configuration.Schema;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>One key of <c>overrides.defaults</c> and of a tenant's entry, and the limit that it sets.</summary>
/// <param name="Path">In the nested format, such as <c>ingestion.rate_limit_bytes</c>.</param>
/// <param name="HasEffect">False: kept, but nothing enforces it yet.</param>
internal sealed record TenantLimitKey(
    string Path,
    ValueKind Kind,
    Func<TenantLimits, object> Get,
    Func<TenantLimits, object, TenantLimits> With,
    bool HasEffect = true)
{
    public IReadOnlyList<string> OneOf { get; init; } = [];

    public double Max { get; init; } = double.PositiveInfinity;
}
