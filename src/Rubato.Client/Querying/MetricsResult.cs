namespace Rubato.Client;

/// <summary>The answer to a TraceQL metrics query.</summary>
/// <param name="Series">One, or one for each group.</param>
/// <param name="Incomplete">Why values may be inaccurate; null: they are exact.</param>
public sealed record MetricsResult(IReadOnlyList<MetricsSeries> Series, string? Incomplete);
