using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Rubato.Model.Spans;

/// <summary>
/// Nested-set numbers and root of one trace (spec/traceql.md section 1). Reused from trace to trace: add the spans in
/// stored order, number them, read the results by index.
/// </summary>
public sealed class NestedSets
{
    private const int ServerKind = 2;
    private const int ClientKind = 3;
    private const int Unreachable = -1;

    // Odd and seeded once a process: a sender who knew it could choose ids that share a place.
    private static readonly ulong Multiplier = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    // The ids of the trace: 1 + index of the first span with an id, at the id's place or behind it, 0 where nothing is. A table that is made for each
    // trace anew and never grows: a general dictionary took a third of the time.
    private int[] _table = new int[128];
    private int[] _second = new int[64];
    private ulong[] _ids = new ulong[64];
    private ulong[] _parentIds = new ulong[64];
    private int[] _kinds = new int[64];
    private bool[] _isRoot = new bool[64];
    private int[] _parents = new int[64];
    private int[] _firstChild = new int[64];
    private int[] _nextSibling = new int[64];
    private int[] _left = new int[64];
    private int[] _right = new int[64];
    private int[] _parentLeft = new int[64];
    private int _shift;

    public int Count { get; private set; }

    public ReadOnlySpan<int> Left => _left.AsSpan(0, Count);

    public ReadOnlySpan<int> Right => _right.AsSpan(0, Count);

    /// <summary>The left number of the parent, -1 for a root, 0 for a span that no root reaches.</summary>
    public ReadOnlySpan<int> Parent => _parentLeft.AsSpan(0, Count);

    /// <summary>Index of the trace's root (the last in stored order), or -1.</summary>
    public int Root { get; private set; }

    public void Clear() => Count = 0;

    /// <param name="spanId">Its id.</param>
    /// <param name="parentSpanId">Zero for a root.</param>
    /// <param name="kind">OTLP's number.</param>
    /// <param name="isLinkedChild">It has a link to its own trace with <c>opentracing.ref_type = child_of</c>, so it is no root.</param>
    public void Add(ulong spanId, ulong parentSpanId, int kind, bool isLinkedChild)
    {
        if (Count == _ids.Length) Grow();
        _ids[Count] = spanId;
        _parentIds[Count] = parentSpanId;
        _kinds[Count] = kind;
        _isRoot[Count++] = parentSpanId == 0 && !isLinkedChild;
    }

    public void Number()
    {
        Root = -1;
        for (var i = Count - 1; i >= 0 && Root < 0; i--)
        {
            if (_isRoot[i]) Root = i;
        }

        _left.AsSpan(0, Count).Clear();
        _right.AsSpan(0, Count).Clear();
        _parentLeft.AsSpan(0, Count).Clear();
        if (!IndexIds()) return;
        LinkChildren();
        var counter = 1;
        for (var i = 0; i < Count; i++)
        {
            if (_isRoot[i]) counter = NumberTree(i, counter);
        }
    }

    /// <summary>False when more than two spans share an id: then no span of the trace has numbers.</summary>
    private bool IndexIds()
    {
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Count * 2, 16));
        if (_table.Length < slots) _table = new int[slots];
        _shift = 64 - BitOperations.Log2((uint)slots);
        var table = _table.AsSpan(0, slots);
        table.Clear();
        for (var i = 0; i < Count; i++)
        {
            ref var slot = ref PlaceOf(_ids[i], table);
            if (slot == 0)
            {
                slot = i + 1;
                _second[i] = -1;
                continue;
            }

            ref var second = ref _second[slot - 1];
            if (second >= 0) return false;
            second = i;
        }

        return true;
    }

    /// <summary>Where the id is, or would be. Half the places are free, so the search ends.</summary>
    private ref int PlaceOf(ulong id, Span<int> table)
    {
        var at = (int)((id * Multiplier) >> _shift);
        while (table[at] != 0 && _ids[table[at] - 1] != id) at = (at + 1) & (table.Length - 1);
        return ref table[at];
    }

    private void LinkChildren()
    {
        _firstChild.AsSpan(0, Count).Fill(-1);
        // From the last to the first, so that each list of children is in stored order.
        for (var i = Count - 1; i >= 0; i--)
        {
            var parent = _isRoot[i] || _parentIds[i] == 0 ? Unreachable : ParentOf(i);
            _parents[i] = parent;
            if (parent < 0) continue;
            _nextSibling[i] = _firstChild[parent];
            _firstChild[parent] = i;
        }
    }

    private int ParentOf(int i)
    {
        var found = PlaceOf(_parentIds[i], _table.AsSpan(0, 1 << (64 - _shift))) - 1;
        if (found < 0) return Unreachable;
        var second = _second[found];
        if (second < 0) return found;
        // Client and server side of one call share an id: children belong to the server side, a server to the client side.
        var wanted = _kinds[i] == ServerKind ? ClientKind : ServerKind;
        if (_kinds[found] == wanted) return found;
        return _kinds[second] == wanted ? second : Unreachable;
    }

    // Without recursion: a trace may be a chain of a million spans. Spans on a cycle have no root and are never entered.
    private int NumberTree(int root, int counter)
    {
        _parentLeft[root] = -1;
        _left[root] = counter++;
        var at = root;
        while (true)
        {
            var child = _firstChild[at];
            if (child >= 0)
            {
                _firstChild[at] = _nextSibling[child];
                _parentLeft[child] = _left[at];
                _left[child] = counter++;
                at = child;
                continue;
            }

            _right[at] = counter++;
            if (at == root) return counter;
            at = _parents[at];
        }
    }

    private void Grow()
    {
        var size = Count * 2;
        Array.Resize(ref _ids, size);
        Array.Resize(ref _parentIds, size);
        Array.Resize(ref _kinds, size);
        Array.Resize(ref _isRoot, size);
        Array.Resize(ref _parents, size);
        Array.Resize(ref _firstChild, size);
        Array.Resize(ref _nextSibling, size);
        Array.Resize(ref _left, size);
        Array.Resize(ref _right, size);
        Array.Resize(ref _parentLeft, size);
        Array.Resize(ref _second, size);
    }
}
