using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Ingester;

/// <summary>
/// A tenant's traces since the last block, with their sizes: what <c>max_traces_per_user</c> and <c>max_bytes_per_trace</c> are measured against. A trace is live until
/// it has received nothing for the idle period; its size is remembered until a block is cut. Safe for concurrent use; the lock is held for tens of nanoseconds a run.
/// </summary>
/// <remarks>Bounded by the traces of one block. 64 bytes each: about 2 MB at 20,000 spans a second.</remarks>
internal sealed class LiveTraces(TimeSpan idlePeriod, TimeProvider time)
{
    // When the limit is hit, idle traces are looked for again, but not for every request.
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly Dictionary<TraceId, Trace> _traces = [];
    private int _live;
    private int _request;
    private long _sweptAt;

    /// <summary>Traces that received a span within the idle period, as of the last sweep or admission.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _live;
        }
    }

    /// <summary>Admits the traces that fit and counts their bytes.</summary>
    /// <param name="maxTraces">Live traces; 0: any number.</param>
    public TraceAdmission Admit(TraceRuns runs, TenantId tenant, TenantLimits limits, int maxTraces)
    {
        if (maxTraces <= 0 && limits.MaxBytesPerTrace <= 0) return TraceAdmission.All;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _request++;
            Dictionary<TraceId, TraceRefusal>? refused = null;
            TraceId firstLarge = default;
            long firstLargeBytes = 0;
            var created = 0;
            foreach (var run in runs.Runs)
            {
                // A trace that was refused stays refused for the whole request: its spans come or go together.
                if (refused?.ContainsKey(run.Trace) == true) continue;
                ref var trace = ref CollectionsMarshal.GetValueRefOrAddDefault(_traces, run.Trace, out var isKnown);
                if (!trace.IsLive && !HasRoom(maxTraces, now))
                {
                    if (!isKnown) _traces.Remove(run.Trace);
                    (refused ??= []).Add(run.Trace, TraceRefusal.LiveTracesExceeded);
                    continue;
                }

                // HasRoom may have swept, which moves nothing in the dictionary: sweeping only marks.
                if (trace.Request != _request) (trace.Request, trace.BytesBefore) = (_request, trace.Bytes);
                if (limits.MaxBytesPerTrace > 0 && trace.Bytes + run.Bytes > limits.MaxBytesPerTrace)
                {
                    if (firstLargeBytes == 0) (firstLarge, firstLargeBytes) = (run.Trace, trace.Bytes - trace.BytesBefore + run.Bytes);
                    trace.Bytes = trace.BytesBefore;
                    (refused ??= []).Add(run.Trace, TraceRefusal.TraceTooLarge);
                    if (!isKnown) _traces.Remove(run.Trace);
                    continue;
                }

                trace.Bytes += run.Bytes;
                trace.LastSeen = now;
                if (trace.IsLive) continue;
                trace.IsLive = true;
                _live++;
                created++;
            }

            if (created > 0) IngestMetrics.TracesCreated.WithLabels(tenant.Value).Inc(created);

            return refused is null ? TraceAdmission.All : Refusal(runs, refused, firstLarge, firstLargeBytes, tenant, limits, maxTraces);
        }
    }

    /// <summary>Takes back what <see cref="Admit"/> counted, of a request that could not be kept after all.</summary>
    public void TakeBack(TraceRuns runs, TraceAdmission admission)
    {
        lock (_gate)
        {
            foreach (var run in runs.Runs)
            {
                if (admission.Refused.ContainsKey(run.Trace)) continue;
                ref var trace = ref CollectionsMarshal.GetValueRefOrNullRef(_traces, run.Trace);
                if (!Unsafe.IsNullRef(ref trace)) trace.Bytes = Math.Max(0, trace.Bytes - run.Bytes);
            }
        }
    }

    /// <summary>Marks traces that have become idle. Those of an earlier block are forgotten when <paramref name="forgetIdle"/>.</summary>
    public void Sweep(bool forgetIdle)
    {
        lock (_gate)
        {
            Sweep(time.GetTimestamp());
            if (!forgetIdle) return;
            foreach (var (id, trace) in _traces)
            {
                if (!trace.IsLive) _traces.Remove(id);
            }
        }
    }

    private bool HasRoom(int maxTraces, long now)
    {
        if (maxTraces <= 0 || _live < maxTraces) return true;
        if (time.GetElapsedTime(_sweptAt, now) < s_sweepEvery) return false;
        Sweep(now);
        return _live < maxTraces;
    }

    private void Sweep(long now)
    {
        _sweptAt = now;
        foreach (var id in _traces.Keys)
        {
            ref var trace = ref CollectionsMarshal.GetValueRefOrNullRef(_traces, id);
            if (!trace.IsLive || time.GetElapsedTime(trace.LastSeen, now) < idlePeriod) continue;
            trace.IsLive = false;
            _live--;
        }
    }

    private TraceAdmission Refusal(TraceRuns runs, Dictionary<TraceId, TraceRefusal> refused, TraceId firstLarge, long firstLargeBytes, TenantId tenant, TenantLimits limits, int maxTraces)
    {
        int live = 0, large = 0;
        foreach (var run in runs.Runs)
        {
            if (!refused.TryGetValue(run.Trace, out var reason)) continue;
            if (reason == TraceRefusal.TraceTooLarge) large += run.Spans;
            else live += run.Spans;
        }

        var message = firstLargeBytes > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"TRACE_TOO_LARGE: max size of trace ({limits.MaxBytesPerTrace} bytes) exceeded while adding {firstLargeBytes} bytes to trace {firstLarge} for tenant {tenant}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"LIVE_TRACES_EXCEEDED: tenant {tenant} has {_live} live traces, as many as it may have (local limit: {limits.MaxTracesPerUser}, global limit: {limits.MaxGlobalTracesPerUser}, in force here: {maxTraces})");
        return new TraceAdmission { Refused = refused, LiveTracesExceeded = live, TraceTooLarge = large, Message = message };
    }

    private struct Trace
    {
        public long Bytes;
        public long BytesBefore;
        public long LastSeen;
        public int Request;
        public bool IsLive;
    }
}
