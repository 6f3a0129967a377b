namespace Rubato.Configuration.Options;

/// <summary>What every receiver over HTTP has, in the words of the OpenTelemetry Collector.</summary>
internal abstract class HttpReceiverOptions
{
    /// <summary>TLS of this port; none without a certificate.</summary>
    public ReceiverTlsOptions Tls { get; init; } = new();

    /// <summary>Largest body in bytes, after decompression; 0 means 20 MiB.</summary>
    [Bytes, ConfigRange(0, int.MaxValue)]
    public int MaxRequestBodySize { get; init; } = 20 << 20;

    public CorsOptions Cors { get; init; } = new();

    /// <summary>How long a sender may take to send a request's head; 0 means <c>distributor.receiver_read_header_timeout</c>.</summary>
    public TimeSpan ReadHeaderTimeout { get; init; }

    /// <summary>How long a connection may rest between two requests; 0 means 130s.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>Whether a connection is used for more than one request.</summary>
    public bool KeepAlivesEnabled { get; init; } = true;

    /// <summary>Headers that every answer carries.</summary>
    public IReadOnlyDictionary<string, string> ResponseHeaders { get; init; } = new Dictionary<string, string>();

    [NotAKey]
    public int MaxRequestBodyBytes => MaxRequestBodySize > 0 ? MaxRequestBodySize : 20 << 20;
}
