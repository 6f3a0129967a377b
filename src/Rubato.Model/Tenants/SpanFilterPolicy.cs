namespace Rubato.Model.Tenants;

/// <summary>Which spans a processor looks at, as it is configured.</summary>
public sealed record SpanFilterPolicy(SpanPolicyMatch? Include, SpanPolicyMatch? Exclude, SpanPolicyMatch? IncludeAny);
