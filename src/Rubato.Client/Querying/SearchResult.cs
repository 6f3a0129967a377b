namespace Rubato.Client;

/// <summary>What a search found.</summary>
/// <param name="Traces">Newest first.</param>
/// <param name="InspectedTraces">Traces that the server looked at.</param>
/// <param name="InspectedBytes">Bytes that it read for that.</param>
/// <param name="Incomplete">Why traces may be missing, such as a damaged block; null: none is.</param>
public sealed record SearchResult(IReadOnlyList<TraceSummary> Traces, long InspectedTraces, long InspectedBytes, string? Incomplete);

/// <summary>A trace as a search shows it.</summary>
/// <param name="TraceId">32 hexadecimal digits, also where the server leaves leading zeros out.</param>
/// <param name="RootServiceName">The root span's service; a text in angle brackets while the root is not there yet.</param>
/// <param name="RootTraceName">The root span's name, or an empty text.</param>
/// <param name="StartTimeUnixNano">Its beginning, in nanoseconds since 1970.</param>
/// <param name="DurationMs">From its first beginning to its last end, in milliseconds.</param>
/// <param name="SpanSets">The spans that matched, one set unless the query groups.</param>
/// <param name="ServiceStats">Spans and errors by service.</param>
public sealed record TraceSummary(
    string TraceId, string RootServiceName, string RootTraceName, long StartTimeUnixNano, long DurationMs,
    IReadOnlyList<SpanSet> SpanSets, IReadOnlyDictionary<string, ServiceStats> ServiceStats)
{
    /// <summary>Its beginning, to the 100 nanoseconds that .NET's clock has.</summary>
    public DateTimeOffset StartTime => UnixNano.ToTime(StartTimeUnixNano);

    /// <summary>From its first beginning to its last end.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(DurationMs);
}

/// <summary>Spans that matched together.</summary>
/// <param name="Spans">The first few of them.</param>
/// <param name="Matched">How many there are in all.</param>
/// <param name="Attributes">Results of the query's stages, such as <c>count()</c> or <c>by(resource.service.name)</c>.</param>
public sealed record SpanSet(IReadOnlyList<SpanSummary> Spans, int Matched, IReadOnlyDictionary<string, AttributeValue> Attributes);

/// <summary>A span as a search shows it.</summary>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="Name">Its name where the query asks for it, else an empty text.</param>
/// <param name="StartTimeUnixNano">Its beginning, in nanoseconds since 1970.</param>
/// <param name="DurationNanos">Its length in nanoseconds.</param>
/// <param name="Attributes">Attributes that the query mentions or selects, by names without scope.</param>
public sealed record SpanSummary(string SpanId, string Name, long StartTimeUnixNano, long DurationNanos, IReadOnlyDictionary<string, AttributeValue> Attributes)
{
    /// <summary>Its length, to the 100 nanoseconds that .NET's clock has.</summary>
    public TimeSpan Duration => UnixNano.ToDuration(DurationNanos);
}

/// <summary>Counts of one service within a trace.</summary>
/// <param name="SpanCount">Its spans.</param>
/// <param name="ErrorCount">Those with the status error.</param>
public sealed record ServiceStats(int SpanCount, int ErrorCount);
