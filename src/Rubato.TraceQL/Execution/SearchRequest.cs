using Rubato.Model.Scanning;
using Rubato.TraceQL.Explain;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution;

/// <summary>
/// One search over a snapshot. Either a <see cref="Query"/> or legacy <see cref="Tags"/>; with neither every trace matches
/// (spec/traceql.md 15 and 18).
/// </summary>
public sealed record SearchRequest
{
    /// <summary>A compiled query; a metrics part is ignored.</summary>
    public TraceQLQuery? Query { get; init; }

    /// <summary>Legacy tag search: all must be found within one resource of the trace.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>Shortest trace, inclusive.</summary>
    public ulong MinDurationNano { get; init; }

    /// <summary>Longest trace, inclusive.</summary>
    public ulong MaxDurationNano { get; init; } = ulong.MaxValue;

    /// <summary>Selects the traces whose [start, end] touches it.</summary>
    public TimeRange Range { get; init; } = TimeRange.All;

    /// <summary>Traces in the answer; more than 0.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>Spans shown of each spanset; more than 0.</summary>
    public int SpansPerSpanset { get; init; } = 3;

    /// <summary>Segments scanned at the same time.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Bound on what the search may hold: candidate traces and spans made of them (about 100 and 1,000 bytes each).</summary>
    public long MaxMemoryBytes { get; init; } = 512L << 20;

    /// <summary>Is told of traces as soon as they are certain; null for an answer in one piece.</summary>
    public ISearchProgress? Progress { get; init; }

    /// <summary>Watches the search, which then runs over the snapshot that this gave; null where nobody asked why.</summary>
    public QueryExplanation? Explanation { get; init; }
}
