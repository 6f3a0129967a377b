using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rubato.Ingest.Generator;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage;
using Rubato.Storage.Wal;

namespace Rubato.Ingest.Ingester;

/// <summary>
/// Keeps spans: first in the write-ahead log, then in memory where they can be searched, and cuts blocks from them.
/// Threads: requests append on their own threads; one loop (<see cref="RunAsync"/>) cuts blocks.
/// </summary>
public sealed partial class Ingester : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TenantId, TenantIngester> _tenants = new();
    private readonly WriteAheadLog _wal;
    private readonly IBlockSink _blocks;
    private readonly ITenantLimits _limits;
    private readonly IngesterOptions _options;
    private readonly int _maxAttributeBytes;
    private readonly TimeProvider _time;
    private readonly ILogger<Ingester> _logger;
    private readonly PushGate _gate = new();
    private readonly LogLimiter _refusalLog;
    private readonly SemaphoreSlim _wakeUp = new(0, 1);
    private volatile bool _stopping;
    private TaskCompletionSource _cutDone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="wal">Open; replayed by <see cref="ReplayAsync"/> before the first append.</param>
    /// <param name="blocks">Where blocks go.</param>
    /// <param name="limits">Per tenant.</param>
    /// <param name="options">The <c>ingester</c> section.</param>
    /// <param name="maxAttributeBytes"><c>distributor.max_attribute_bytes</c>, where a tenant has no limit of its own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public Ingester(
        WriteAheadLog wal, IBlockSink blocks, ITenantLimits limits, IngesterOptions options, int maxAttributeBytes, TimeProvider time, ILogger<Ingester> logger)
    {
        _wal = wal;
        _blocks = blocks;
        _limits = limits;
        _options = options;
        _maxAttributeBytes = maxAttributeBytes;
        _time = time;
        _logger = logger;
        _refusalLog = new LogLimiter(TimeSpan.FromSeconds(1), time);
    }

    public ICollection<TenantId> Tenants => _tenants.Keys;

    /// <summary>Gets every span that is kept from now on; what a replay puts back is not new to it.</summary>
    public ISpanTap? Tap { get; set; }

    /// <summary>Rows of the tenant that the tap has not had yet; null when there are none.</summary>
    public SpanSlice? TakeNew(TenantId tenant) => _tenants.TryGetValue(tenant, out var ingester) ? ingester.TakeNew() : null;

    /// <summary>
    /// Which traces of a request the tenant's limits let in: so many live traces, so many bytes of one. What is let in is counted; <see cref="TakeBack"/> undoes that where
    /// the request is not kept in the end.
    /// </summary>
    public TraceAdmission Admit(TenantId tenant, TraceRuns runs)
    {
        var limits = _limits.For(tenant);
        var admission = Of(tenant).Live.Admit(runs, tenant, limits, MaxLiveTraces(limits));
        if (admission.LiveTracesExceeded > 0) IngestMetrics.DiscardedSpans.WithLabels("live_traces_exceeded", tenant.Value).Inc(admission.LiveTracesExceeded);
        if (admission.TraceTooLarge > 0) IngestMetrics.DiscardedSpans.WithLabels("trace_too_large", tenant.Value).Inc(admission.TraceTooLarge);
        if (admission.Spans > 0 && _refusalLog.TryPass()) LogTracesRefused(_logger, tenant.Value, admission.Spans, admission.Message);
        return admission;
    }

    /// <summary>Takes back what <see cref="Admit"/> counted.</summary>
    public void TakeBack(TenantId tenant, TraceRuns runs, TraceAdmission admission) => Of(tenant).Live.TakeBack(runs, admission);

    /// <summary>Keeps one checked request. When the task ends, it is durable and can be searched.</summary>
    /// <exception cref="WalWriteException">It could not be kept.</exception>
    /// <exception cref="IngesterBusyException">Memory is full and the disk does not keep up, or the server stops.</exception>
    public async ValueTask AppendAsync(TenantId tenant, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (_stopping) throw new IngesterBusyException("the server is stopping; send the request again");
        if (RecentBytes() > 2 * _options.MaxRecentBytes) await WaitForRoomAsync(cancellationToken);

        // The gate tells the trimmer which requests are in the WAL but not in memory yet.
        var ticket = _gate.Enter();
        try
        {
            // Not cancelled from here on: a sender that hangs up has half-written nothing.
            var position = await _wal.AppendAsync(tenant, request, CancellationToken.None);
            FaultPoints.Reach(FaultPoints.AfterWalAppend);
            _gate.SawSequence(position.Sequence);
            Of(tenant).Append(request.Span, position.Sequence);
            IngestMetrics.IngesterBytes.WithLabels(tenant.Value, "trace").Inc(request.Length);
        }
        finally
        {
            _gate.Exit(ticket);
        }

        if (RecentBytes() > _options.MaxRecentBytes) WakeUp();
    }

    /// <summary>Recent segments of the tenant, and whatever <paramref name="alongside"/> gives, taken at the same instant.</summary>
    public List<ISpanSegment> Snapshot<T>(TenantId tenant, Func<T> alongside, out T taken)
    {
        if (_tenants.TryGetValue(tenant, out var ingester)) return ingester.Snapshot(alongside, out taken);
        taken = alongside();
        return [];
    }

    /// <summary>
    /// Puts back what was kept but is in no block. A record that a block holds in part comes back only with the traces that
    /// the block left out (<see cref="ReplayFilter"/>). Blocks are cut on the way when memory is full.
    /// </summary>
    public async Task<WalReplaySummary> ReplayAsync(ReplayFilter filter, CancellationToken cancellationToken)
    {
        using var replay = _wal.Replay(filter.IsWhollyHeld);
        while (replay.TryReadNext(out var record))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (OtlpCheckFailed(record.Payload.Span))
            {
                IngestMetrics.ReplayErrors.WithLabels(record.Tenant.Value).Inc();
                LogBadRecord(_logger, record.Sequence, record.Tenant.Value);
                continue;
            }

            _gate.SawSequence(record.Sequence);
            Of(record.Tenant).Append(record.Payload.Span, record.Sequence, filter.MissingTraces(record.Sequence), isReplay: true);
            if (RecentBytes() > _options.MaxRecentBytes) await CutLargestAsync(carry: false, "memory, at replay", cancellationToken);
        }

        return replay.Summary;
    }

    /// <summary>Cuts blocks until cancelled: every flush_check_period by age and size, and at once when memory is full.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WaitForWorkAsync(cancellationToken);
                // The disk refuses: try again at the next check, not in a tight loop.
                if (!await CutDueAsync(cancellationToken)) await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLoopFailed(_logger, e);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None);
            }
        }
    }

    /// <summary>One round of <see cref="RunAsync"/>: cuts what memory, age or size ask for.</summary>
    /// <returns>False when memory is full and a block could not be written.</returns>
    internal async Task<bool> CutDueAsync(CancellationToken cancellationToken)
    {
        var good = true;
        while (good && RecentBytes() > _options.MaxRecentBytes) good = await CutLargestAsync(carry: true, "memory", cancellationToken);
        foreach (var tenant in _tenants.Values)
        {
            tenant.Live.Sweep(forgetIdle: false);
            IngestMetrics.LiveTraces.WithLabels(tenant.Tenant.Value).Set(tenant.Live.Count);
            if (tenant.ShouldCut() && await tenant.CutAsync(carry: true, "age or size", cancellationToken)) await TrimAsync();
        }

        return good;
    }

    /// <summary>Cuts everything into blocks now (<c>/flush</c>), of one tenant or of all.</summary>
    /// <returns>False when some block could not be written.</returns>
    public async Task<bool> FlushAsync(TenantId? only, CancellationToken cancellationToken)
    {
        var good = true;
        foreach (var tenant in _tenants.Values)
        {
            if (only is null || tenant.Tenant == only.Value) good &= await tenant.CutAsync(carry: false, "flush", cancellationToken);
        }

        await TrimAsync();
        return good;
    }

    /// <summary>Refuses new requests from now on and waits for those under way.</summary>
    public async Task StopAsync(bool flush, CancellationToken cancellationToken)
    {
        _stopping = true;
        await _gate.DrainAsync(_time);
        if (flush || _options.FlushAllOnShutdown) await FlushAsync(null, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _wakeUp.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool OtlpCheckFailed(ReadOnlySpan<byte> payload) => !Model.Otlp.OtlpValidator.Check(payload).IsWellFormed;

    private TenantIngester Of(TenantId tenant) => _tenants.GetOrAdd(
        tenant,
        static (t, self) => new TenantIngester(t, self._options, () => self.LimitsOf(t), self._blocks, self._time, self._logger, () => self.Tap),
        this);

    private BatchLimits LimitsOf(TenantId tenant)
    {
        var own = _limits.For(tenant).MaxAttributeBytes;
        return new BatchLimits { MaxAttributeBytes = own > 0 ? own : _maxAttributeBytes };
    }

    /// <summary>The smaller of both limits that are set; the global one is divided among the ingesters, of which one process is one.</summary>
    private static int MaxLiveTraces(TenantLimits limits) => (limits.MaxTracesPerUser, limits.MaxGlobalTracesPerUser) switch
    {
        (<= 0, var global) => global,
        (var local, <= 0) => local,
        var (local, global) => Math.Min(local, global),
    };

    private long RecentBytes()
    {
        long bytes = 0;
        foreach (var (_, tenant) in _tenants) bytes += tenant.MemoryBytes;
        return bytes;
    }

    private async Task<bool> CutLargestAsync(bool carry, string reason, CancellationToken cancellationToken)
    {
        var largest = _tenants.Values.MaxBy(t => t.MemoryBytes);
        var good = largest is not null && await largest.CutAsync(carry, reason, cancellationToken);
        if (good && carry) await TrimAsync();
        Interlocked.Exchange(ref _cutDone, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return good;
    }

    /// <summary>
    /// Lets the WAL drop what blocks hold. Order matters: note the highest record seen, wait for the requests that are
    /// between WAL and memory, then look what memory still needs. Requests that came later have higher records.
    /// </summary>
    private async Task TrimAsync()
    {
        var seen = _gate.HighestSequence;
        await _gate.DrainAsync(_time);
        var needed = seen + 1;
        foreach (var tenant in _tenants.Values) needed = Math.Min(needed, tenant.LowestSequence);
        await _wal.TrimBeforeAsync(needed);
        FaultPoints.Reach(FaultPoints.WalTrimmed);
    }

    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.FlushCheckPeriod, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _wakeUp.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The period is over.
        }
    }

    private async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        WakeUp();
        try
        {
            await Volatile.Read(ref _cutDone).Task.WaitAsync(TimeSpan.FromSeconds(5), _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new IngesterBusyException("memory for recent spans is full and blocks cannot be written fast enough; send the request again later");
        }
    }

    private void WakeUp()
    {
        try
        {
            if (_wakeUp.CurrentCount == 0) _wakeUp.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it up.
        }
    }

    [LoggerMessage(EventId = 2111, EventName = "ReplayBadRecord", Level = LogLevel.Error,
        Message = "a WAL record holds no valid request and is passed over sequence={Sequence} tenant={Tenant}")]
    private static partial void LogBadRecord(ILogger logger, long sequence, string tenant);

    [LoggerMessage(EventId = 2113, EventName = "TracesRefused", Level = LogLevel.Warning, Message = "spans refused, one line a second tenant={Tenant} spans={Spans} err={Error}")]
    private static partial void LogTracesRefused(ILogger logger, string tenant, int spans, string error);

    [LoggerMessage(EventId = 2112, EventName = "CutLoopFailed", Level = LogLevel.Error, Message = "cutting blocks failed; tried again in a second")]
    private static partial void LogLoopFailed(ILogger logger, Exception error);
}
