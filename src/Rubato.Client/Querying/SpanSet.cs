namespace Rubato.Client;

/// <summary>Spans that matched together.</summary>
/// <param name="Spans">The first few of them.</param>
/// <param name="Matched">How many there are in all.</param>
/// <param name="Attributes">Results of the query's stages, such as <c>count()</c> or <c>by(resource.service.name)</c>.</param>
public sealed record SpanSet(IReadOnlyList<SpanSummary> Spans, int Matched, IReadOnlyDictionary<string, AttributeValue> Attributes);
