namespace Rubato.Configuration.Options;

/// <summary><c>distributor.receivers.otlp</c> or <c>otlp/name</c>: a protocol that is null is not started.</summary>
internal sealed class OtlpReceiverOptions
{
    /// <summary>The key in the file, such as <c>otlp</c> or <c>otlp/second</c>.</summary>
    public required string Name { get; init; }

    public OtlpGrpcReceiverOptions? Grpc { get; init; }

    public OtlpHttpReceiverOptions? Http { get; init; }
}
