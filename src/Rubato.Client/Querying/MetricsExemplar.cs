namespace Rubato.Client;

/// <summary>A span behind a value.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Time">When.</param>
/// <param name="Value">The span's own value.</param>
/// <param name="Labels">Its attributes.</param>
public sealed record MetricsExemplar(string TraceId, DateTimeOffset Time, double Value, IReadOnlyDictionary<string, AttributeValue> Labels);
