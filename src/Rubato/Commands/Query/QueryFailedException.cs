namespace Rubato.Commands.Query;

/// <summary>A question that got no answer; the message is what the user reads.</summary>
internal sealed class QueryFailedException(string message) : Exception(message);
