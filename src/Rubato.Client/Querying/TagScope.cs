namespace Rubato.Client;

/// <summary>Names of attributes within a scope.</summary>
/// <param name="Scope"><c>resource</c>, <c>span</c>, <c>event</c>, <c>link</c>, <c>instrumentation</c> or <c>intrinsic</c>.</param>
/// <param name="Names">Without the scope.</param>
public sealed record TagScope(string Scope, IReadOnlyList<string> Names);
