using Rubato.Model.Tenants;

namespace Rubato.Model.Scanning;

/// <summary>
/// The way in: takes one request's spans as OTLP bytes (an ExportTraceServiceRequest) and answers when they are kept as
/// durably as configured. Receivers of other protocols translate into OTLP bytes first.
/// </summary>
public interface ISpanSink
{
    ValueTask<PushResult> PushAsync(TenantId tenant, ReadOnlyMemory<byte> otlpRequest, PushSource source, CancellationToken cancellationToken);
}

/// <summary>Where a request came from, for metrics.</summary>
/// <param name="Receiver">Tempo's receiver name, for example <c>otlp</c>.</param>
/// <param name="Transport"><c>grpc</c>, <c>http</c>, <c>udp_thrift_compact</c>, <c>udp_thrift_binary</c>.</param>
public readonly record struct PushSource(string Receiver, string Transport)
{
    /// <summary>The metrics' receiver label, such as <c>otlp/otlp_receiver</c> (spec/operations.md 15).</summary>
    public string MetricLabel { get; } = $"{Receiver}/{Receiver}_receiver";
}

/// <summary>How a push ended. Expected failures are values; the receiver turns them into its protocol's answer.</summary>
public enum PushStatus
{
    /// <summary>Kept; perhaps with some spans rejected, see the counts.</summary>
    Accepted,

    /// <summary>The bytes are no valid request: nothing was kept.</summary>
    Malformed,

    /// <summary>No span was good (bad ids): Tempo refuses such a request.</summary>
    NoValidSpans,

    /// <summary>Over the tenant's rate: try again later.</summary>
    RateLimited,

    /// <summary>Could not be kept now (disk full, shutting down): try again later.</summary>
    Unavailable,
}

/// <param name="Status">How it ended.</param>
/// <param name="AcceptedSpans">Spans kept.</param>
/// <param name="RejectedSpans">Spans refused, whatever the reason.</param>
/// <param name="Message">For the sender: which and why; empty when all went well.</param>
/// <param name="RetryAfter">When a retry makes sense.</param>
public readonly record struct PushResult(PushStatus Status, int AcceptedSpans, int RejectedSpans, string Message, TimeSpan? RetryAfter = null);
