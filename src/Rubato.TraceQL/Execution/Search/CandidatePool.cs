using System.Runtime.InteropServices;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>
/// Traces that may be in the answer, newest first by the latest start they can have. A trace is handed out once: what is
/// decided about it is decided over all segments.
/// </summary>
internal sealed class CandidatePool
{
    private const long BytesPerTrace = 120;
    private const long BytesPerLateTrace = 16;

    private readonly Dictionary<TraceId, (ulong Start, bool Taken)> _bounds = [];
    private readonly PriorityQueue<TraceId, TraceOrder> _queue = new();

    // By segment; whose newest is the newest stands first.
    private readonly PriorityQueue<(int Segment, LateTraces Traces), ulong> _late = new();
    private int _lateCount;

    public int Count => _bounds.Count + _lateCount;

    public long MemoryBytes => (_bounds.Count * BytesPerTrace) + (_lateCount * BytesPerLateTrace);

    /// <summary>The newest candidate, or false when there is none. One whose id is not known yet has the smallest: no order that it can have is better.</summary>
    public bool TryPeek(out TraceOrder order)
    {
        var hasKnown = TryPeekKnown(out order);
        if (!_late.TryPeek(out _, out var before) || (hasKnown && order.StartUnixNano > ulong.MaxValue - before)) return hasKnown;
        order = new TraceOrder(ulong.MaxValue - before, default);
        return true;
    }

    /// <summary>Takes the newest candidate where its id is known; else its segment and first row, which tell the id.</summary>
    public (TraceId Id, (int Segment, int Row)? Late) Take()
    {
        if (_late.TryPeek(out var late, out var before) && (!TryPeekKnown(out var known) || known.StartUnixNano <= ulong.MaxValue - before))
        {
            var row = late.Traces.Take();
            _lateCount--;
            if (late.Traces.Count == 0) _late.Dequeue();
            else _late.DequeueEnqueue(late, ulong.MaxValue - late.Traces.NewestStart);
            return (default, (late.Segment, row));
        }

        TryPeekKnown(out _);
        var id = _queue.Dequeue();
        _bounds[id] = (0, true);
        return (id, null);
    }

    /// <summary>Takes a trace whose id is known by now; false when it was taken before, found elsewhere.</summary>
    public bool TryTake(TraceId id)
    {
        ref var bound = ref CollectionsMarshal.GetValueRefOrAddDefault(_bounds, id, out _);
        if (bound.Taken) return false;
        bound = (0, true);
        return true;
    }

    public void Add(int segment, LateTraces late)
    {
        _lateCount += late.Count;
        _late.Enqueue((segment, late), ulong.MaxValue - late.NewestStart);
    }

    private bool TryPeekKnown(out TraceOrder order)
    {
        while (_queue.TryPeek(out var id, out order))
        {
            // Entries whose bound was lowered since, or that were taken, are left behind in the queue.
            if (_bounds[id] is { Taken: false } bound && bound.Start == order.StartUnixNano) return true;
            _queue.Dequeue();
        }

        return false;
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
