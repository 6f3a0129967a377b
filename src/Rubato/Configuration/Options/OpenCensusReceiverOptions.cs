namespace Rubato.Configuration.Options;

/// <summary><c>distributor.receivers.opencensus</c> or <c>opencensus/name</c>: gRPC and HTTP on one port.</summary>
internal sealed class OpenCensusReceiverOptions
{
    /// <summary>The key in the file, such as <c>opencensus</c> or <c>opencensus/second</c>.</summary>
    [NotAKey]
    public string Name { get; init; } = "opencensus";

    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.OpenCensusPort);

    /// <summary>TLS of this port; none without a certificate.</summary>
    public ReceiverTlsOptions Tls { get; init; } = new();

    /// <summary>Origins of web pages that may send spans; <c>*</c> stands for any text. Without origins: none.</summary>
    public IReadOnlyList<string> CorsAllowedOrigins { get; init; } = [];

    public IReadOnlyList<string> CorsAllowedHeaders { get; init; } = [];

    /// <summary>Largest message in MiB; 0 means gRPC's default of 4 MiB.</summary>
    [ConfigRange(0, 2047)]
    public int MaxRecvMsgSizeMib { get; init; }

    /// <summary>Streams of one connection; 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxConcurrentStreams { get; init; }

    public GrpcKeepaliveOptions Keepalive { get; init; } = new();

    /// <summary>Largest message in bytes.</summary>
    [NotAKey]
    public int MaxRecvMsgBytes => MaxRecvMsgSizeMib > 0 ? MaxRecvMsgSizeMib << 20 : 4 << 20;
}
