using Microsoft.Extensions.Logging;
using Rubato.Ingest.Ingester;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;

namespace Rubato.Ingest.Distributor;

/// <summary>
/// Checks a request and hands it to the ingester. A bad span costs only itself: the good ones are kept and the bad ones
/// reported (design.md section 8); a request without any good span is refused as Tempo does.
/// </summary>
public sealed partial class Distributor(Ingester.Ingester ingester, DistributorOptions options, TimeProvider time, ILogger<Distributor> logger) : ISpanSink
{
    public async ValueTask<PushResult> PushAsync(TenantId tenant, ReadOnlyMemory<byte> otlpRequest, PushSource source, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var check = OtlpValidator.Check(otlpRequest.Span);
        if (!check.IsWellFormed)
        {
            LogMalformed(logger, source.Receiver, source.Transport, check.Error);
            return new PushResult(PushStatus.Malformed, 0, 0, check.Error);
        }

        var counts = check.Counts;
        if (counts.Spans == 0) return new PushResult(PushStatus.Accepted, 0, 0, "");
        IngestMetrics.BytesReceived.WithLabels(tenant.Value).Inc(otlpRequest.Length);

        var rejected = counts.BadIds;
        var accepted = counts.Accepted;
        if (rejected > 0) CountBadIds(tenant, source, counts);
        if (accepted == 0) return new PushResult(PushStatus.NoValidSpans, 0, rejected, counts.BadIdMessage);

        try
        {
            // The WAL keeps only what was accepted, so that a replay needs no rules of its own.
            var kept = rejected == 0 ? otlpRequest : WithoutBadSpans(otlpRequest.Span);
            await ingester.AppendAsync(tenant, kept, cancellationToken);
        }
        catch (Exception e) when (e is WalWriteException or IngesterBusyException)
        {
            LogRefused(logger, tenant.Value, accepted, e.Message);
            IngestMetrics.SpansReceived.WithLabels(tenant.Value, "error").Inc(accepted);
            IngestMetrics.DiscardedSpans.WithLabels("internal_error", tenant.Value).Inc(accepted);
            IngestMetrics.ReceiverRefused.WithLabels(source.MetricLabel, source.Transport).Inc(accepted);
            // The log says where and why; the sender needs to know what to do.
            var message = e is WalWriteException ? "the spans could not be written to disk now; send them again" : e.Message;
            return new PushResult(PushStatus.Unavailable, 0, counts.Spans, message, options.RetryAfter > TimeSpan.Zero ? options.RetryAfter : null);
        }

        IngestMetrics.SpansReceived.WithLabels(tenant.Value, "success").Inc(accepted);
        IngestMetrics.ReceiverAccepted.WithLabels(source.MetricLabel, source.Transport).Inc(accepted);
        IngestMetrics.PushDuration.Observe(time.GetElapsedTime(started).TotalSeconds);
        return new PushResult(PushStatus.Accepted, accepted, rejected, rejected == 0 ? "" : counts.BadIdMessage);
    }

    private static ReadOnlyMemory<byte> WithoutBadSpans(ReadOnlySpan<byte> request)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(request.Length);
        var all = default(AcceptAllSpans);
        OtlpSubsetWriter.Write(request, ref all, output);
        return output.WrittenMemory;
    }

    private static void CountBadIds(TenantId tenant, PushSource source, in OtlpCounts counts)
    {
        var rejected = counts.BadIds;
        IngestMetrics.SpansReceived.WithLabels(tenant.Value, "error").Inc(rejected);
        IngestMetrics.ReceiverRefused.WithLabels(source.MetricLabel, source.Transport).Inc(rejected);
        if (counts.BadTraceIds > 0) IngestMetrics.DiscardedSpans.WithLabels("invalid_trace_id", tenant.Value).Inc(counts.BadTraceIds);
        if (counts.BadSpanIds > 0) IngestMetrics.DiscardedSpans.WithLabels("invalid_span_id", tenant.Value).Inc(counts.BadSpanIds);
    }

    [LoggerMessage(EventId = 2201, EventName = "PushMalformed", Level = LogLevel.Debug, Message = "malformed request receiver={Receiver} transport={Transport} err={Error}")]
    private static partial void LogMalformed(ILogger logger, string receiver, string transport, string error);

    [LoggerMessage(EventId = 2202, EventName = "PushRefused", Level = LogLevel.Warning,
        Message = "pusher failed to consume trace data tenant={Tenant} spans={Spans} err={Error}")]
    private static partial void LogRefused(ILogger logger, string tenant, int spans, string error);
}

/// <summary>The <c>distributor</c> section.</summary>
public sealed record DistributorOptions
{
    /// <summary><c>retry_after_on_resource_exhausted</c>; 0 tells senders nothing.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
