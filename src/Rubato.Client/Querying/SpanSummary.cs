namespace Rubato.Client;

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
