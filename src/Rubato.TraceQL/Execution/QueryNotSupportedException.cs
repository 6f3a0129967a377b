namespace Rubato.TraceQL.Execution;

/// <summary>A valid query with a part that is not executed yet; the API answers 501 and names the part.</summary>
public sealed class QueryNotSupportedException(string part)
    : Exception($"the query is valid, but {part} cannot be executed yet")
{
    public string Part { get; } = part;
}
