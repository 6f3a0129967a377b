namespace Rubato.Ingest.Generator;

/// <summary>Which spans a processor looks at (spec/metrics-generator.md 2.6).</summary>
public sealed record FilterPolicy(PolicyMatch? Include, PolicyMatch? Exclude, PolicyMatch? IncludeAny);

/// <summary>A match succeeds when all its attributes match.</summary>
/// <param name="IsRegex">Search in the text instead of equality.</param>
/// <param name="Attributes">Keys (<c>resource.x</c>, <c>span.x</c>, <c>kind</c>, <c>name</c>, <c>status</c>, or without a scope: resource, then span) and values.</param>
public sealed record PolicyMatch(bool IsRegex, ValueList<KeyValuePair<string, string>> Attributes);
