namespace Rubato.Query.Api;

/// <summary>Ends a request with a status and a plain text, as every error of Tempo's query API is (spec/http-api.md 1.4).</summary>
public sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>Ends the text with a line break: what Go's own helper does, for some of the errors.</summary>
    public bool TrailingNewline { get; init; }

    /// <summary>gRPC answers it with Unknown, not with InvalidArgument (spec/grpc-api.md 3.2).</summary>
    public bool IsUnknownOverGrpc { get; init; }

    public static ApiException BadRequest(string message) => new(400, message);
}
