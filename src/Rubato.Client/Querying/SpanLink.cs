namespace Rubato.Client;

/// <summary>A span that another one points to.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="Attributes">More about it.</param>
public sealed record SpanLink(string TraceId, string SpanId, IReadOnlyDictionary<string, AttributeValue> Attributes);
