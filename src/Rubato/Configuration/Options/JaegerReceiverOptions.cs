namespace Rubato.Configuration.Options;

/// <summary><c>distributor.receivers.jaeger</c> or <c>jaeger/name</c>: a protocol that is null is not started.</summary>
internal sealed class JaegerReceiverOptions
{
    /// <summary>The key in the file, such as <c>jaeger</c> or <c>jaeger/second</c>.</summary>
    public required string Name { get; init; }

    public OtlpGrpcReceiverOptions? Grpc { get; init; }

    public ThriftHttpReceiverOptions? ThriftHttp { get; init; }

    public ThriftUdpReceiverOptions? ThriftCompact { get; init; }

    public ThriftUdpReceiverOptions? ThriftBinary { get; init; }
}
