namespace Rubato.Client;

/// <summary>Names of attributes within a scope.</summary>
/// <param name="Scope"><c>resource</c>, <c>span</c>, <c>event</c>, <c>link</c>, <c>instrumentation</c> or <c>intrinsic</c>.</param>
/// <param name="Names">Without the scope.</param>
public sealed record TagScope(string Scope, IReadOnlyList<string> Names);

/// <summary>A value that an attribute has somewhere.</summary>
/// <param name="Type"><c>string</c>, <c>int</c>, <c>float</c>, <c>bool</c>, <c>duration</c> or <c>keyword</c>. Only strings are quoted in TraceQL.</param>
/// <param name="Value">As text.</param>
public sealed record TagValue(string Type, string Value);
