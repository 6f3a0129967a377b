namespace Rubato.Ingest.Receivers.Otlp;

/// <summary><c>distributor.receivers.otlp.protocols.http</c>.</summary>
public sealed record OtlpHttpOptions
{
    /// <summary><c>traces_url_path</c>.</summary>
    public string TracesPath { get; init; } = "/v1/traces";

    /// <summary><c>max_request_body_size</c>, also after decompression. Collector default: 20 MiB.</summary>
    public int MaxRequestBodyBytes { get; init; } = 20 << 20;
}

/// <summary><c>distributor.receivers.otlp.protocols.grpc</c>.</summary>
public sealed record OtlpGrpcOptions
{
    /// <summary><c>max_recv_msg_size_mib</c>. gRPC default: 4 MiB.</summary>
    public int MaxReceiveMessageBytes { get; init; } = 4 << 20;

    /// <summary><c>max_concurrent_streams</c>; 0 = as many as HTTP/2 allows here.</summary>
    public int MaxConcurrentStreams { get; init; }
}

/// <summary>gRPC status codes (grpc/status); the numbers that reach clients.</summary>
internal enum RpcCode
{
    InvalidArgument = 3,
    ResourceExhausted = 8,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
