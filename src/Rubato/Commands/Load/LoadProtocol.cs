using Rubato.Commands.Load.Encodings;

namespace Rubato.Commands.Load;

/// <summary>How a load's spans are sent: all that tells one protocol's sender from another's.</summary>
internal sealed record LoadProtocol
{
    public static readonly LoadProtocol Otlp = new()
    {
        Name = "otlp", ShortName = "grpc", IsOtlp = true, IsGrpc = true, Port = 4317, ContentType = "application/grpc",
        Path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export", CreateEncoding = () => new OtlpEncoding(),
    };

    public static readonly LoadProtocol OtlpHttp = new()
    {
        Name = "otlp-http", ShortName = "http", IsOtlp = true, Port = 4318, ContentType = "application/x-protobuf", Path = "/v1/traces",
        CreateEncoding = () => new OtlpEncoding(),
    };

    public static readonly LoadProtocol JaegerGrpc = new()
    {
        Name = "jaeger-grpc", IsGrpc = true, Port = 14250, ContentType = "application/grpc", Path = "/jaeger.api_v2.CollectorService/PostSpans",
        CreateEncoding = () => new JaegerProtoEncoding(),
    };

    public static readonly LoadProtocol JaegerThrift = new()
    {
        Name = "jaeger-thrift", Port = 14268, ContentType = "application/vnd.apache.thrift.binary", Path = "/api/traces",
        CreateEncoding = () => new JaegerThriftEncoding(),
    };

    public static readonly LoadProtocol ZipkinJson = new()
    {
        Name = "zipkin-json", Port = 9411, ContentType = "application/json", Path = "/api/v2/spans",
        CreateEncoding = () => new ZipkinJsonEncoding(),
    };

    public static readonly LoadProtocol[] All = [Otlp, OtlpHttp, JaegerGrpc, JaegerThrift, ZipkinJson];

    private LoadProtocol()
    {
    }

    public required string Name { get; init; }

    /// <summary>Another word for it on the command line; null where there is none.</summary>
    public string? ShortName { get; init; }

    /// <summary>Whether OTLP's rules say which answers ask for another try. Jaeger's and Zipkin's receivers say 500 with Retry-After.</summary>
    public bool IsOtlp { get; private init; }

    public bool IsGrpc { get; private init; }

    /// <summary>Where its receiver listens unless a target is given.</summary>
    public required int Port { get; init; }

    public required string Path { get; init; }

    public required string ContentType { get; init; }

    /// <summary>A new encoding for one connection.</summary>
    public required Func<ILoadEncoding> CreateEncoding { get; init; }

    /// <summary>Null where no protocol has this name.</summary>
    public static LoadProtocol? Find(string name) => Array.Find(
        All, protocol => name.Equals(protocol.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(protocol.ShortName, StringComparison.OrdinalIgnoreCase));
}
