namespace Rubato.Commands.Load;

/// <summary>gRPC's status codes as OTLP's retry rules read them.</summary>
internal static class GrpcCodes
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ];

    public static string Name(string? code) =>
        code is null ? "no grpc-status" : int.TryParse(code, out int number) && number >= 0 && number < Names.Length ? Names[number] : $"grpc-status {code}";

    /// <summary>OTLP retries RESOURCE_EXHAUSTED only when the server says how long to wait.</summary>
    public static bool Retryable(string? code, bool hasRetryInfo) => code is "1" or "4" or "10" or "11" or "14" or "15" || (code == "8" && hasRetryInfo);

    /// <summary>A <c>-bin</c> header's bytes; gRPC allows base64 without its padding. Malformed: empty.</summary>
    public static byte[] Binary(string header)
    {
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header.PadRight((header.Length + 3) / 4 * 4, '='), bytes, out int written) ? bytes[..written] : [];
    }
}
