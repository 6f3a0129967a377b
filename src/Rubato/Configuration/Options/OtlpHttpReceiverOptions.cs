namespace Rubato.Configuration.Options;

/// <summary><c>protocols.http</c> of an OTLP receiver.</summary>
internal sealed class OtlpHttpReceiverOptions
{
    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.OtlpHttpPort);

    /// <summary>TLS of this port; none without a certificate.</summary>
    public ReceiverTlsOptions Tls { get; init; } = new();

    /// <summary>Largest body in bytes, after decompression; 0 means 20 MiB.</summary>
    [Bytes, ConfigRange(0, int.MaxValue)]
    public int MaxRequestBodySize { get; init; } = 20 << 20;

    /// <summary>Begins with <c>/</c>.</summary>
    public string TracesUrlPath { get; init; } = "/v1/traces";

    public CorsOptions Cors { get; init; } = new();

    [NotAKey]
    public int MaxRequestBodyBytes => MaxRequestBodySize > 0 ? MaxRequestBodySize : 20 << 20;
}
