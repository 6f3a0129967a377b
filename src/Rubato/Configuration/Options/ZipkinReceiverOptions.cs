namespace Rubato.Configuration.Options;

/// <summary><c>distributor.receivers.zipkin</c> or <c>zipkin/name</c>.</summary>
internal sealed class ZipkinReceiverOptions
{
    /// <summary>The key in the file, such as <c>zipkin</c> or <c>zipkin/second</c>.</summary>
    [NotAKey]
    public string Name { get; init; } = "zipkin";

    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.ZipkinPort);

    /// <summary>TLS of this port; none without a certificate.</summary>
    public ReceiverTlsOptions Tls { get; init; } = new();

    /// <summary>Whether tags whose text is a number, <c>true</c> or <c>false</c> become attributes of that type.</summary>
    public bool ParseStringTags { get; init; }

    /// <summary>Largest body in bytes, after decompression; 0 means 20 MiB.</summary>
    [Bytes, ConfigRange(0, int.MaxValue)]
    public int MaxRequestBodySize { get; init; } = 20 << 20;

    public CorsOptions Cors { get; init; } = new();

    [NotAKey]
    public int MaxRequestBodyBytes => MaxRequestBodySize > 0 ? MaxRequestBodySize : 20 << 20;
}
