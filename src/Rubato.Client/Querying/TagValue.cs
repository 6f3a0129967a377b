namespace Rubato.Client;

/// <summary>A value that an attribute has somewhere.</summary>
/// <param name="Type"><c>string</c>, <c>int</c>, <c>float</c>, <c>bool</c>, <c>duration</c> or <c>keyword</c>. Only strings are quoted in TraceQL.</param>
/// <param name="Value">As text.</param>
public sealed record TagValue(string Type, string Value);
