namespace Rubato.Client;

/// <summary>Something that happened within a span.</summary>
/// <param name="TimeUnixNano">When, in nanoseconds since 1970.</param>
/// <param name="Name">What, such as <c>exception</c>.</param>
/// <param name="Attributes">More about it.</param>
public sealed record SpanEvent(long TimeUnixNano, string Name, IReadOnlyDictionary<string, AttributeValue> Attributes);
