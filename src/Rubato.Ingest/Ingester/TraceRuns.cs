using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.Ingest.Ingester;

/// <summary>
/// The traces of one request in the order of the wire: neighbouring spans of a trace are one run, so that limits cost a look-up for each run and none for each
/// span. Used again by the thread that filled it.
/// </summary>
public sealed class TraceRuns
{
    [ThreadStatic]
    private static TraceRuns? t_cached;

    private TraceRun[] _runs = new TraceRun[64];

    /// <summary>Runs of spans; a trace may have several.</summary>
    public ReadOnlySpan<TraceRun> Runs => _runs.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>An empty list; <see cref="Return"/> it on any thread.</summary>
    public static TraceRuns Rent()
    {
        var runs = t_cached ?? new TraceRuns();
        t_cached = null;
        return runs;
    }

    public void Return()
    {
        // What one huge request needed is not kept for ever.
        if (_runs.Length > 16 * 1024) return;
        Count = 0;
        t_cached = this;
    }

    public void Add(TraceId trace, int bytes)
    {
        if (Count > 0 && _runs[Count - 1].Trace == trace)
        {
            ref var last = ref _runs[Count - 1];
            last = new TraceRun(trace, last.Bytes + bytes, last.Spans + 1);
            return;
        }

        if (Count == _runs.Length) Array.Resize(ref _runs, 2 * Count);
        _runs[Count++] = new TraceRun(trace, bytes, 1);
    }
}

/// <param name="Trace">Whose spans.</param>
/// <param name="Bytes">Of their encoded messages.</param>
/// <param name="Spans">How many.</param>
public readonly record struct TraceRun(TraceId Trace, long Bytes, int Spans);

/// <summary>Fills <see cref="TraceRuns"/> in the validator's pass; refuses nothing.</summary>
internal readonly struct TraceRunCollector(TraceRuns runs) : IOtlpSpanFilter
{
    public bool Accept(TraceId traceId, int spanBytes)
    {
        runs.Add(traceId, spanBytes);
        return true;
    }
}

/// <summary>Lets only these traces through.</summary>
internal readonly struct KeepTraces(IReadOnlyDictionary<TraceId, TraceRefusal> kept) : IOtlpSpanFilter
{
    public bool Accept(TraceId traceId, int spanBytes) => kept.ContainsKey(traceId);
}

/// <summary>Lets all but these traces through.</summary>
internal readonly struct RefuseTraces(IReadOnlyDictionary<TraceId, TraceRefusal> refused) : IOtlpSpanFilter
{
    public bool Accept(TraceId traceId, int spanBytes) => !refused.ContainsKey(traceId);
}
