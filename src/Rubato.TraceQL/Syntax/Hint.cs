namespace Rubato.TraceQL.Syntax;

/// <summary>One <c>name=value</c> of <c>with (...)</c>. Unknown names and wrong types mean nothing and are no error.</summary>
public sealed record Hint(string Name, StaticValue Value) : SyntaxNode;
