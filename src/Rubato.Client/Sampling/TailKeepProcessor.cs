using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// The half of <see cref="AdaptiveSampler"/> that knows the end: holds recorded spans whose head decision was no until the local root ends, then lets a slow or failed
/// trace through to the queue, or forgets it. Stands before the queue, so that the root itself, marked here, reaches it in the ordinary way.
/// </summary>
/// <remarks>
/// Bounded: <see cref="MostTraces"/> traces under way and <see cref="MostSpans"/> spans of one; beyond that the oldest trace, or the further spans, go as the head had
/// decided. A trace that has ended takes no place, however many quick ones end beside a slow one. A span that ends after its root is sent when the trace was kept and is
/// among the latest <see cref="MostTraces"/> of those. Called from every thread that ends spans; one lock, held for a look-up.
/// </remarks>
internal sealed class TailKeepProcessor(AdaptiveSampler sampler, BaseProcessor<Activity> queue, TimeProvider time) : BaseProcessor<Activity>
{
    internal const int MostTraces = 1024;
    internal const int MostSpans = 1000;
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<ActivityTraceId, Held> _underWay = [];
    private readonly LinkedList<Held> _oldestFirst = new();
    private readonly HashSet<ActivityTraceId> _kept = [];
    private readonly Queue<ActivityTraceId> _keptOrder = new();

    public override void OnEnd(Activity data)
    {
        if (data.Recorded || !data.IsAllDataRequested)
        {
            return;
        }

        List<Activity> released = [];
        lock (_lock)
        {
            bool failed = data.Status == ActivityStatusCode.Error || StartAttributes.SayError(data.TagObjects);
            if (data.ParentSpanId == default || data.HasRemoteParent)
            {
                if (_underWay.Remove(data.TraceId, out Held? ended))
                {
                    _oldestFirst.Remove(ended.Node!);
                    failed |= ended.Failed;
                    released = ended.Spans;
                }

                if (!Keeps(data, failed))
                {
                    return;
                }

                Remember_NeedsLock(data.TraceId);
            }
            else if (!_kept.Contains(data.TraceId))
            {
                Held held = Hold_NeedsLock(data.TraceId);
                held.Failed |= failed;
                if (held.Spans.Count < MostSpans)
                {
                    held.Spans.Add(data);
                }

                return;
            }
        }

        // Outside the lock: the queue has its own. The provider hands this very span to the queue next.
        data.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        foreach (Activity span in released)
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
        if (_underWay.TryGetValue(id, out Held? held))
        {
            return held;
        }

        while (_oldestFirst.First is { } oldest && (_underWay.Count >= MostTraces || time.GetElapsedTime(oldest.Value.Since) > LongestHold))
        {
            _oldestFirst.Remove(oldest);
            _underWay.Remove(oldest.Value.Id);
        }

        held = new Held(id, time.GetTimestamp());
        _underWay.Add(id, held);
        held.Node = _oldestFirst.AddLast(held);
        return held;
    }

    private void Remember_NeedsLock(ActivityTraceId id)
    {
        if (!_kept.Add(id))
        {
            return;
        }

        _keptOrder.Enqueue(id);
        if (_keptOrder.Count > MostTraces)
        {
            _kept.Remove(_keptOrder.Dequeue());
        }
    }

    private sealed class Held(ActivityTraceId id, long since)
    {
        public ActivityTraceId Id => id;

        public long Since => since;

        public List<Activity> Spans { get; } = [];

        public bool Failed { get; set; }

        public LinkedListNode<Held>? Node { get; set; }
    }
}
