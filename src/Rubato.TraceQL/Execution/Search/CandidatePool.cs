using System.Runtime.InteropServices;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>
/// Traces that may be in the answer, newest first by the latest start they can have. A trace is handed out once: what is
/// decided about it is decided over all segments.
/// </summary>
internal sealed class CandidatePool
{
    private readonly Dictionary<TraceId, (ulong Start, bool Taken)> _bounds = [];
    private readonly PriorityQueue<TraceId, TraceOrder> _queue = new();

    public int Count => _bounds.Count;

    /// <summary>The newest candidate, or false when there is none.</summary>
    public bool TryPeek(out TraceOrder order)
    {
        while (_queue.TryPeek(out var id, out order))
        {
            // Entries whose bound was lowered since, or that were taken, are left behind in the queue.
            if (_bounds[id] is { Taken: false } bound && bound.Start == order.StartUnixNano) return true;
            _queue.Dequeue();
        }

        return false;
    }

    public TraceId Take()
    {
        var id = _queue.Dequeue();
        _bounds[id] = (0, true);
        return id;
    }

    /// <summary>Adds those that may be better than the worst of a full answer.</summary>
    public void Add(TraceList traces, TraceOrder? worst)
    {
        for (var i = 0; i < traces.Count; i++)
        {
            var order = new TraceOrder(traces.Start(i), traces.Id(i));
            if (worst is { } limit && order.CompareTo(limit) > 0) continue;
            ref var bound = ref CollectionsMarshal.GetValueRefOrAddDefault(_bounds, order.Id, out var known);
            if (known && (bound.Taken || bound.Start <= order.StartUnixNano)) continue;
            bound = (order.StartUnixNano, false);
            _queue.Enqueue(order.Id, order);
        }
    }
}

/// <summary>The order of answers: newest start first, then by trace id, so that which traces are cut is never a matter of chance.</summary>
internal readonly record struct TraceOrder(ulong StartUnixNano, TraceId Id) : IComparable<TraceOrder>
{
    public int CompareTo(TraceOrder other)
    {
        var order = other.StartUnixNano.CompareTo(StartUnixNano);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }
}
