namespace Rubato.Client;

/// <summary>A database operation failed: <c>database SELECT failed: ...</c>.</summary>
public sealed class DatabaseOperationException : Exception
{
    /// <summary>Of an operation and what the database said.</summary>
    public DatabaseOperationException(string operation, Exception innerException)
        : base($"database {operation} failed: {innerException?.Message}", innerException)
    {
        Operation = operation;
    }

    /// <summary>Such as <c>SELECT</c>.</summary>
    public string Operation { get; }
}
