using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution;

/// <param name="Traces">Newest start first, then by trace id.</param>
/// <param name="Metrics">What it took.</param>
/// <param name="Problems">What is missing (damaged segments by name); the answer is complete when empty.</param>
public sealed record SearchResult(IReadOnlyList<TraceSearchResult> Traces, SearchMetrics Metrics, IReadOnlyList<string> Problems)
{
    public QueryReceipt Receipt { get; init; } = QueryReceipt.Empty;
}

/// <param name="InspectedTraces">Traces that were looked at one by one.</param>
/// <param name="InspectedSpans">Spans of the segments that were scanned.</param>
/// <param name="InspectedBytes">Bytes read for it.</param>
/// <param name="TotalBlocks">Blocks of the snapshot.</param>
/// <param name="TotalBlockBytes">Their size.</param>
/// <param name="ScannedSegments">Segments whose columns were evaluated.</param>
/// <param name="SkippedSegments">Segments left out: too old for the answer, or ruled out by time.</param>
public sealed record SearchMetrics(
    int InspectedTraces, long InspectedSpans, long InspectedBytes, int TotalBlocks, long TotalBlockBytes, int ScannedSegments, int SkippedSegments);

/// <summary>One trace of a search answer; all values are those of the whole trace over all segments.</summary>
public sealed record TraceSearchResult
{
    public required TraceId TraceId { get; init; }

    /// <summary>Service of the root span; null when no root span is known (answers then say "&lt;root span not yet received&gt;").</summary>
    public string? RootServiceName { get; init; }

    /// <summary>Name of the root span; empty when unknown.</summary>
    public string RootTraceName { get; init; } = "";

    public ulong StartUnixNano { get; init; }

    public ulong DurationNano { get; init; }

    /// <summary>By service name, ordinal order. Empty for legacy searches.</summary>
    public IReadOnlyList<ServiceStats> ServiceStats { get; init; } = [];

    /// <summary>Empty for legacy searches and for those without a query.</summary>
    public IReadOnlyList<SpansetResult> Spansets { get; init; } = [];
}

public readonly record struct ServiceStats(string Service, int SpanCount, int ErrorCount);

/// <param name="Matched">Spans of the spanset.</param>
/// <param name="Spans">At most spans-per-spanset of them, oldest first.</param>
/// <param name="Attributes">Values of <c>by</c> and of aggregates, by their label.</param>
public sealed record SpansetResult(int Matched, IReadOnlyList<SpanResult> Spans, IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes);

/// <param name="SpanId">Its id.</param>
/// <param name="Name">Null unless the query refers to <c>name</c>.</param>
/// <param name="StartUnixNano">Its start.</param>
/// <param name="DurationNano">Its duration.</param>
/// <param name="Attributes">Fields of conditions and of select, typed as spec/traceql.md 15.2 says, without scope in the key.</param>
public sealed record SpanResult(
    SpanId SpanId, string? Name, ulong StartUnixNano, long DurationNano, IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes);
