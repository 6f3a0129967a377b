namespace Rubato.TraceQL.Syntax;

/// <summary>A query that was refused; the message is <see cref="TraceQLError.ToString"/>.</summary>
public sealed class TraceQLException(TraceQLError error) : Exception(error.ToString())
{
    public TraceQLError Error { get; } = error;
}
