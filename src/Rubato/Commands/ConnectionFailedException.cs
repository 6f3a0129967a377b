namespace Rubato.Commands;

/// <summary>What a command was told about connecting cannot be used; the message is what the user reads.</summary>
internal sealed class ConnectionFailedException(string message) : Exception(message);
