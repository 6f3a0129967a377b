using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// The half of <see cref="AdaptiveSampler"/> that knows the end: holds recorded spans whose head decision was no until the local root ends, then lets a slow or failed
/// trace through to the queue, or forgets it. Stands before the queue, so that the root itself, marked here, reaches it in the ordinary way.
/// </summary>
/// <remarks>
/// Bounded: <see cref="MostTraces"/> traces at once and <see cref="MostSpans"/> spans of one; beyond that the oldest trace, or the further spans, go as the head had
/// decided. A span that ends after its root follows the root's fate while that is remembered. Called from every thread that ends spans; one lock, held for a look-up.
/// </remarks>
internal sealed class TailKeepProcessor(AdaptiveSampler sampler, BaseProcessor<Activity> queue, TimeProvider time) : BaseProcessor<Activity>
{
    internal const int MostTraces = 1024;
    internal const int MostSpans = 1000;
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<ActivityTraceId, Held> _traces = [];
    private readonly Queue<Held> _order = new();

    public override void OnEnd(Activity data)
    {
        if (data.Recorded || !data.IsAllDataRequested)
        {
            return;
        }

        List<Activity>? kept = null;
        bool isRoot = data.ParentSpanId == default || data.HasRemoteParent;
        lock (_lock)
        {
            Held held = Hold_NeedsLock(data.TraceId);
            held.Failed |= data.Status == ActivityStatusCode.Error || StartAttributes.SayError(data.TagObjects);
            if (isRoot)
            {
                held.Kept = Keeps(data, held.Failed);
                kept = held.Kept == true ? held.Spans : null;
                held.Spans = [];
            }
            else if (held.Kept is null && held.Spans.Count < MostSpans)
            {
                held.Spans.Add(data);
                return;
            }

            if (held.Kept != true)
            {
                return;
            }
        }

        // Outside the lock: the queue has its own. The provider hands this very span to the queue next.
        data.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        foreach (Activity span in kept ?? [])
        {
            span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
            queue.OnEnd(span);
        }
    }

    private bool Keeps(Activity root, bool failed)
    {
        var parameters = new SamplingParameters(default, root.TraceId, root.DisplayName, root.Kind);
        return (failed && sampler.KeepsFailed(parameters)) || (root.Duration >= sampler.SlowThreshold && sampler.KeepsSlow(parameters));
    }

    private Held Hold_NeedsLock(ActivityTraceId id)
    {
        while (_order.TryPeek(out Held? oldest) && (_order.Count >= MostTraces || time.GetElapsedTime(oldest.Since) > LongestHold))
        {
            _order.Dequeue();
            _traces.Remove(oldest.Id);
        }

        if (!_traces.TryGetValue(id, out Held? held))
        {
            held = new Held(id, time.GetTimestamp());
            _traces.Add(id, held);
            _order.Enqueue(held);
        }

        return held;
    }

    private sealed class Held(ActivityTraceId id, long since)
    {
        public ActivityTraceId Id => id;

        public long Since => since;

        public List<Activity> Spans { get; set; } = [];

        public bool Failed { get; set; }

        /// <summary>Null until the local root has ended.</summary>
        public bool? Kept { get; set; }
    }
}
