namespace Rubato.Model.Tenants;

/// <summary>Holds for a span that has all these values.</summary>
/// <param name="MatchType">strict or regex.</param>
/// <param name="Attributes">Keys such as <c>resource.x</c>, <c>span.x</c>, <c>kind</c>, <c>name</c>, <c>status</c>, and values.</param>
public sealed record SpanPolicyMatch(string MatchType, IReadOnlyList<KeyValuePair<string, string>> Attributes);
