using System.Buffers;
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
/// <code>
///   well-formed? ── empty? ── the tenant's rate? ── ids ── live traces and sizes ── write-ahead log and memory
///                               RATE_LIMITED         partial success: the others are kept
/// </code>
/// </summary>
public sealed partial class Distributor : ISpanSink
{
    private readonly Ingester.Ingester _ingester;
    private readonly ITenantLimits _limits;
    private readonly DistributorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Distributor> _logger;
    private readonly TenantRates _rates;
    private readonly SpanLog _received;
    private readonly SpanLog _discarded;
    private readonly LogLimiter _rateLog;

    public Distributor(Ingester.Ingester ingester, ITenantLimits limits, DistributorOptions options, TimeProvider time, ILogger<Distributor> logger)
    {
        _ingester = ingester;
        _limits = limits;
        _options = options;
        _time = time;
        _logger = logger;
        _rates = new TenantRates(limits, options.SpanRate, time);
        _received = new SpanLog("received", options.LogReceivedSpans, logger);
        _discarded = new SpanLog("discarded", options.LogDiscardedSpans, logger);
        _rateLog = new LogLimiter(TimeSpan.FromSeconds(1), time);
    }

    public async ValueTask<PushResult> PushAsync(TenantId tenant, ReadOnlyMemory<byte> otlpRequest, PushSource source, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var runs = TraceRuns.Rent();
        try
        {
            var collector = new TraceRunCollector(runs);
            var check = OtlpValidator.Check(otlpRequest.Span, ref collector);
            if (!check.IsWellFormed)
            {
                LogMalformed(_logger, source.Receiver, source.Transport, check.Error);
                return new PushResult(PushStatus.Malformed, 0, 0, check.Error);
            }

            var counts = check.Counts;
            if (counts.Spans == 0) return new PushResult(PushStatus.Accepted, 0, 0, "");
            if (_rates.Take(tenant, otlpRequest.Length, counts.Spans) is { } limited)
                return await RefuseAsync(PushStatus.RateLimited, "rate_limited", limited, tenant, otlpRequest, source, counts.Spans, cancellationToken);

            IngestMetrics.BytesReceived.WithLabels(tenant.Value).Inc(otlpRequest.Length);
            await _received.WriteAsync(tenant, otlpRequest, cancellationToken);
            if (counts.BadIds > 0) CountBadIds(tenant, source, counts);
            if (counts.Accepted == 0) return new PushResult(PushStatus.NoValidSpans, 0, counts.BadIds, counts.BadIdMessage);

            var result = await KeepAsync(tenant, otlpRequest, source, runs, counts, cancellationToken);
            IngestMetrics.PushDuration.Observe(_time.GetElapsedTime(started).TotalSeconds);
            if (_limits.For(tenant).ArtificialDelay is { Ticks: > 0 } delay) await Task.Delay(delay, _time, cancellationToken);
            return result;
        }
        finally
        {
            runs.Return();
        }
    }

    private async ValueTask<PushResult> KeepAsync(
        TenantId tenant, ReadOnlyMemory<byte> request, PushSource source, TraceRuns runs, OtlpCounts counts, CancellationToken cancellationToken)
    {
        var admission = _ingester.Admit(tenant, runs);
        var accepted = counts.Accepted - admission.Spans;
        if (admission.Spans > 0)
        {
            IngestMetrics.SpansReceived.WithLabels(tenant.Value, "error").Inc(admission.Spans);
            IngestMetrics.ReceiverRefused.WithLabels(source.MetricLabel, source.Transport).Inc(admission.Spans);
            await _discarded.WriteAsync(tenant, Only(request.Span, new KeepTraces(admission.Refused)), cancellationToken);
        }

        if (accepted > 0)
        {
            try
            {
                // The WAL keeps only what was accepted, so that a replay needs no rules of its own.
                var kept = admission.Spans > 0 ? Only(request.Span, new RefuseTraces(admission.Refused))
                    : counts.BadIds > 0 ? Only(request.Span, default(AcceptAllSpans))
                    : request;
                await _ingester.AppendAsync(tenant, kept, cancellationToken);
            }
            catch (Exception e) when (e is WalWriteException or IngesterBusyException)
            {
                _ingester.TakeBack(tenant, runs, admission);
                LogRefused(_logger, tenant.Value, accepted, e.Message);
                // The log says where and why; the sender needs to know what to do.
                var message = e is WalWriteException ? "the spans could not be written to disk now; send them again" : e.Message;
                return await RefuseAsync(PushStatus.Unavailable, "internal_error", message, tenant, request, source, accepted, cancellationToken);
            }
        }

        IngestMetrics.SpansReceived.WithLabels(tenant.Value, "success").Inc(accepted);
        IngestMetrics.ReceiverAccepted.WithLabels(source.MetricLabel, source.Transport).Inc(accepted);
        var rejected = counts.BadIds + admission.Spans;
        return new PushResult(PushStatus.Accepted, accepted, rejected, rejected == 0 ? "" : admission.Spans > 0 ? admission.Message : counts.BadIdMessage);
    }

    private async ValueTask<PushResult> RefuseAsync(
        PushStatus status, string reason, string message, TenantId tenant, ReadOnlyMemory<byte> request, PushSource source, int spans, CancellationToken cancellationToken)
    {
        IngestMetrics.SpansReceived.WithLabels(tenant.Value, "error").Inc(spans);
        IngestMetrics.DiscardedSpans.WithLabels(reason, tenant.Value).Inc(spans);
        IngestMetrics.ReceiverRefused.WithLabels(source.MetricLabel, source.Transport).Inc(spans);
        if (status == PushStatus.RateLimited && _rateLog.TryPass()) LogRateLimited(_logger, tenant.Value, spans, message);
        await _discarded.WriteAsync(tenant, request, cancellationToken);
        var retry = _options.RetryAfter > TimeSpan.Zero && (status != PushStatus.RateLimited || _limits.For(tenant).RetryInfoEnabled);
        return new PushResult(status, 0, spans, message, retry ? _options.RetryAfter : null);
    }

    private static ReadOnlyMemory<byte> Only<TFilter>(ReadOnlySpan<byte> request, TFilter filter)
        where TFilter : struct, IOtlpSpanFilter
    {
        var output = new ArrayBufferWriter<byte>(request.Length);
        OtlpSubsetWriter.Write(request, ref filter, output);
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

    [LoggerMessage(EventId = 2204, EventName = "RateLimited", Level = LogLevel.Warning, Message = "spans refused, one line a second tenant={Tenant} spans={Spans} err={Error}")]
    private static partial void LogRateLimited(ILogger logger, string tenant, int spans, string error);
}
