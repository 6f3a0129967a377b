namespace Rubato.Configuration.Options;

/// <summary><c>protocols.thrift_http</c> of a Jaeger receiver.</summary>
internal sealed class ThriftHttpReceiverOptions
{
    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.JaegerThriftHttpPort);

    /// <summary>TLS of this port; none without a certificate.</summary>
    public ReceiverTlsOptions Tls { get; init; } = new();

    /// <summary>Largest body in bytes, after decompression; 0 means 20 MiB.</summary>
    [Bytes, ConfigRange(0, int.MaxValue)]
    public int MaxRequestBodySize { get; init; } = 20 << 20;

    public CorsOptions Cors { get; init; } = new();

    [NotAKey]
    public int MaxRequestBodyBytes => MaxRequestBodySize > 0 ? MaxRequestBodySize : 20 << 20;
}
