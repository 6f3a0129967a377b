namespace Rubato.TraceQL.Regex;

/// <summary>A pattern that RE2 refuses. Does not leave <see cref="Re2Regex"/> but through <see cref="Re2Regex.Create"/>.</summary>
public sealed class Re2SyntaxException(string message) : Exception(message);
