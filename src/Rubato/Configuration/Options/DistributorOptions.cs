namespace Rubato.Configuration.Options;

/// <summary><c>distributor</c>: what is received, and how much of it.</summary>
internal sealed class DistributorOptions
{
    /// <summary>OTLP receivers to start, each under its configured name. Without a <c>receivers</c> section: gRPC 4317, HTTP 4318.</summary>
    [NotAKey]
    public IReadOnlyList<OtlpReceiverOptions> OtlpReceivers { get; internal set; } = [];

    /// <summary>Jaeger receivers to start; none unless they are named.</summary>
    [NotAKey]
    public IReadOnlyList<JaegerReceiverOptions> JaegerReceivers { get; internal set; } = [];

    /// <summary>Zipkin receivers to start; none unless they are named.</summary>
    [NotAKey]
    public IReadOnlyList<ZipkinReceiverOptions> ZipkinReceivers { get; internal set; } = [];

    /// <summary>OpenCensus receivers to start; none unless they are named.</summary>
    [NotAKey]
    public IReadOnlyList<OpenCensusReceiverOptions> OpenCensusReceivers { get; internal set; } = [];

    public RateLimitingOptions RateLimiting { get; init; } = new();

    /// <summary>Spans as they come in.</summary>
    public LogSpansOptions LogReceivedSpans { get; init; } = new();

    /// <summary>Spans that are refused, whatever the reason.</summary>
    public LogSpansOptions LogDiscardedSpans { get; init; } = new();

    /// <summary>Longer attribute keys and string values are cut. A tenant's own limit wins. 0 means no limit.</summary>
    [Bytes, ConfigRange(0, int.MaxValue)]
    public int MaxAttributeBytes { get; init; } = 2048;

    /// <summary>Memory of all requests that are being received and kept at once, over all receivers; senders beyond are told to come again. 0 means a quarter of memory, at least 256 MiB.</summary>
    [Bytes, ConfigRange(0, long.MaxValue)]
    public long MaxInflightBytes { get; init; }

    /// <summary>Open connections of each receiver's TCP port; the next ones are closed at once. 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int ReceiverConnLimit { get; init; } = 10_000;

    /// <summary>How long a sender may take to send a request's head and, over gRPC, the first byte of its connection; 0 means 30s. A body must come with 240 bytes per second at least.</summary>
    public TimeSpan ReceiverReadHeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a writer over its rate is told to wait; 0 leaves the hint out, and OTLP clients then do not retry.</summary>
    public TimeSpan RetryAfterOnResourceExhausted { get; init; } = TimeSpan.FromSeconds(5);
}
