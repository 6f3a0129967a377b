namespace Rubato.TraceQL.Execution;

/// <summary>A query grew beyond a bound of its request; the message says which, how large it is and what to do.</summary>
public sealed class QueryLimitException(string message) : Exception(message);
