namespace Rubato.Configuration.Options;

/// <summary><c>protocols.grpc</c> of an OTLP or Jaeger receiver, in the words of the OpenTelemetry Collector.</summary>
internal sealed class OtlpGrpcReceiverOptions
{
    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.OtlpGrpcPort);

    /// <summary>TLS of this port; none without a certificate.</summary>
    public ReceiverTlsOptions Tls { get; init; } = new();

    /// <summary>Largest message in MiB; 0 means gRPC's default of 4 MiB.</summary>
    [ConfigRange(0, 2047)]
    public int MaxRecvMsgSizeMib { get; init; }

    /// <summary>The same in bytes; wins over <see cref="MaxRecvMsgSizeMib"/> when that is not set.</summary>
    [Bytes, ConfigRange(0, int.MaxValue), Prefer("max_recv_msg_size_mib")]
    public int MaxRecvMsgSize { get; init; }

    /// <summary>Streams of one connection; 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxConcurrentStreams { get; init; }

    public GrpcKeepaliveOptions Keepalive { get; init; } = new();

    /// <summary>Largest message in bytes.</summary>
    [NotAKey]
    public int MaxRecvMsgBytes => MaxRecvMsgSizeMib > 0 ? MaxRecvMsgSizeMib << 20 : MaxRecvMsgSize > 0 ? MaxRecvMsgSize : 4 << 20;
}
