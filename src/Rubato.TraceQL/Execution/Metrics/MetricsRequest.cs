using Rubato.TraceQL.Explain;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>One metrics query over a snapshot (spec/traceql.md 13).</summary>
public sealed record MetricsRequest
{
    /// <summary>A query compiled for <see cref="Semantics.QueryUse.Metrics"/>.</summary>
    public required TraceQLQuery Query { get; init; }

    public required TimeBuckets Buckets { get; init; }

    /// <summary>Exemplars in the whole answer; 0 for none.</summary>
    public int MaxExemplars { get; init; }

    /// <summary>Series in the answer, more are cut and the answer says so; 0 for no limit.</summary>
    public int MaxSeries { get; init; }

    /// <summary>Segments scanned at the same time.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Bound on what the query may hold: series, their intervals, and traces looked at whole.</summary>
    public long MaxMemoryBytes { get; init; } = 512L << 20;

    /// <summary>Is told of samples as soon as they are certain; null for an answer in one piece.</summary>
    public IMetricsProgress? Progress { get; init; }

    /// <summary>Watches the query, which then runs over the snapshot that this gave; null where nobody asked why.</summary>
    public QueryExplanation? Explanation { get; init; }
}
