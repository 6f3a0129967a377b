namespace Rubato.Client;

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
