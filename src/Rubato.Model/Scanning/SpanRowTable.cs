using System.Buffers;
using System.Numerics;
using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>
/// Rows by trace id and span id, to pair a span with the one that names it as its parent. Holds numbers of rows only; the ids are read where they lie. Open addressing with
/// linear steps; a row that was taken leaves its place marked, so that searches go on behind it. Used by one thread; its memory goes back to the pool when it is disposed.
/// </summary>
public sealed class SpanRowTable : IDisposable
{
    private const int Free = 0;
    private const int Taken = -1;

    private readonly TraceIdVector _traces;
    private readonly Int64Vector _spans;
    private readonly int[] _places;
    private readonly int _mask;

    /// <param name="traces">Trace ids of all rows.</param>
    /// <param name="spans">Span ids of all rows, dense.</param>
    /// <param name="capacity">Rows that are put in at most.</param>
    public SpanRowTable(TraceIdVector traces, Int64Vector spans, int capacity)
    {
        (_traces, _spans) = (traces, spans);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity + (capacity / 2), 16));
        _places = ArrayPool<int>.Shared.Rent(size);
        _places.AsSpan(0, size).Clear();
        _mask = size - 1;
    }

    /// <summary>Puts a row; an earlier one with the same ids gives way (a span that was sent twice).</summary>
    public void Put(int row)
    {
        var (trace, span) = (_traces[row], _spans.Values[row]);
        for (var place = PlaceOf(trace, span); ; place = (place + 1) & _mask)
        {
            ref var holder = ref _places[place];
            if (holder != Free && (holder == Taken || !Is(holder - 1, trace, span))) continue;
            holder = row + 1;
            return;
        }
    }

    /// <summary>Takes the row of a span out; -1 when it is not there.</summary>
    public int Take(TraceId trace, long span)
    {
        for (var place = PlaceOf(trace, span); ; place = (place + 1) & _mask)
        {
            ref var holder = ref _places[place];
            if (holder == Free) return -1;
            if (holder == Taken || !Is(holder - 1, trace, span)) continue;
            var row = holder - 1;
            holder = Taken;
            return row;
        }
    }

    /// <summary>Appends the rows that nobody took, in no order.</summary>
    public void Rest(List<int> into)
    {
        foreach (var holder in _places.AsSpan(0, _mask + 1))
        {
            if (holder > 0) into.Add(holder - 1);
        }
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(_places);

    private bool Is(int row, TraceId trace, long span) => _spans.Values[row] == span && _traces[row] == trace;

    private int PlaceOf(TraceId trace, long span)
    {
        // Both are random as a rule; multiplied, so that counted ones spread too.
        var mixed = (trace.Low ^ BitOperations.RotateLeft((ulong)span, 31)) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 32) & _mask;
    }
}
