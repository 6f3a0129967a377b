using System.Buffers;
using System.Numerics;
using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>
/// Rows by trace id and a key, such as the span id or the parent's, to pair a span with the one that names it as its parent. Holds numbers of rows only; ids and keys are read where they
/// lie. Open addressing with linear steps; a row that was taken leaves its place marked, so that searches go on behind it. Used by one thread; its memory goes back to the pool when it is disposed.
/// </summary>
public sealed class SpanRowTable : IDisposable
{
    private const int Free = 0;
    private const int Taken = -1;

    private readonly TraceIdVector _traces;
    private readonly long[] _keys;
    private readonly int _first;
    private readonly int[] _places;
    private readonly int _mask;

    /// <param name="traces">Trace ids of all rows.</param>
    /// <param name="keys">Keys of the rows from <paramref name="first"/> on; a row's key must not change while it is in.</param>
    /// <param name="first">The row of the first key.</param>
    /// <param name="capacity">Rows that are put in at most.</param>
    public SpanRowTable(TraceIdVector traces, long[] keys, int first, int capacity)
    {
        (_traces, _keys, _first) = (traces, keys, first);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity + (capacity / 2), 16));
        _places = ArrayPool<int>.Shared.Rent(size);
        _places.AsSpan(0, size).Clear();
        _mask = size - 1;
    }

    /// <summary>Puts a row; an earlier one with the same id and key gives way.</summary>
    public void Put(int row)
    {
        var (trace, key) = (_traces[row], _keys[row - _first]);
        for (var place = PlaceOf(trace, key); ; place = (place + 1) & _mask)
        {
            ref var holder = ref _places[place];
            if (holder != Free && (holder == Taken || !Is(holder - 1, trace, key))) continue;
            holder = row + 1;
            return;
        }
    }

    /// <summary>The row of a key; -1 when it is not there.</summary>
    public int Find(TraceId trace, long key) => Search(trace, key) is var place and >= 0 ? _places[place] - 1 : -1;

    /// <summary>Takes the row of a key out; -1 when it is not there.</summary>
    public int Take(TraceId trace, long key)
    {
        var place = Search(trace, key);
        if (place < 0) return -1;
        var row = _places[place] - 1;
        _places[place] = Taken;
        return row;
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

    private int Search(TraceId trace, long key)
    {
        for (var place = PlaceOf(trace, key); ; place = (place + 1) & _mask)
        {
            var holder = _places[place];
            if (holder == Free) return -1;
            if (holder != Taken && Is(holder - 1, trace, key)) return place;
        }
    }

    private bool Is(int row, TraceId trace, long key) => _keys[row - _first] == key && _traces[row] == trace;

    private int PlaceOf(TraceId trace, long key)
    {
        // Both are random as a rule; multiplied, so that counted ones spread too.
        var mixed = (trace.Low ^ BitOperations.RotateLeft((ulong)key, 31)) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 32) & _mask;
    }
}
