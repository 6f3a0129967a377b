namespace Rubato.Web.Traces;

/// <summary>
/// Who called whom, in the order of the waterfall: parents before children, children by start. Whatever was sent has a place, once: spans whose parent is not there stand
/// at the top and say so, and so does the first span of a circle. No recursion: senders make chains of any length.
/// </summary>
public sealed class TraceTree
{
    private readonly int[] _parents;
    private readonly int[] _order;
    private readonly int[] _places;
    private readonly int[] _depths;
    private readonly int[] _ends;
    private readonly bool[] _orphans;

    private TraceTree(int[] parents, int[] order, int[] places, int[] depths, int[] ends, bool[] orphans) =>
        (_parents, _order, _places, _depths, _ends, _orphans) = (parents, order, places, depths, ends, orphans);

    public int Count => _order.Length;

    /// <summary>Levels, 0 for no span.</summary>
    public int Depth => _depths.Length == 0 ? 0 : _depths.Max() + 1;

    /// <summary>Spans whose parent was named and is not there.</summary>
    public int OrphanCount => _orphans.Count(o => o);

    public int SpanAt(int place) => _order[place];

    public int PlaceOf(int span) => _places[span];

    /// <summary>The parent's index, or -1.</summary>
    public int ParentOf(int span) => _parents[span];

    public int DepthOf(int place) => _depths[place];

    /// <summary>The place behind the last descendant.</summary>
    public int EndOf(int place) => _ends[place];

    public bool HasChildren(int place) => _ends[place] > place + 1;

    public bool IsOrphan(int span) => _orphans[span];

    public static TraceTree Of(ReadOnlySpan<long> ids, ReadOnlySpan<long> parentIds, ReadOnlySpan<long> starts)
    {
        var count = ids.Length;
        var spanOf = new Dictionary<long, int>(count);
        for (var i = 0; i < count; i++) spanOf.TryAdd(ids[i], i);
        var (parents, orphans) = (new int[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            parents[i] = -1;
            if (parentIds[i] == 0) continue;
            if (spanOf.TryGetValue(parentIds[i], out var parent) && parent != i) parents[i] = parent;
            else orphans[i] = true;
        }

        var byStart = new int[count];
        var keys = new (long Start, int Index)[count];
        for (var i = 0; i < count; i++) (byStart[i], keys[i]) = (i, (starts[i], i));
        Array.Sort(keys, byStart);
        return Lay(parents, orphans, byStart);
    }

    private static TraceTree Lay(int[] parents, bool[] orphans, int[] byStart)
    {
        var count = parents.Length;
        var (firstChild, nextSibling) = (Filled(count), Filled(count));
        // From the latest on, each in front of what is there: children end up by start.
        for (var i = count - 1; i >= 0; i--)
        {
            var span = byStart[i];
            if (parents[span] < 0) continue;
            nextSibling[span] = firstChild[parents[span]];
            firstChild[parents[span]] = span;
        }

        var (order, places, depths, ends) = (new int[count], Filled(count), new int[count], new int[count]);
        var open = new Stack<int>();
        var placed = 0;
        foreach (var root in byStart.Where(s => parents[s] < 0)) Place(root);
        // What no root reaches goes in circles: the circle is cut before its earliest span.
        foreach (var span in byStart)
        {
            if (places[span] >= 0) continue;
            parents[span] = -1;
            orphans[span] = true;
            Place(span);
        }

        return new TraceTree(parents, order, places, depths, ends, orphans);

        void Place(int root)
        {
            Enter(root, depth: 0);
            while (open.TryPeek(out var place))
            {
                var next = firstChild[order[place]];
                while (next >= 0 && places[next] >= 0) next = nextSibling[next];
                if (next < 0)
                {
                    ends[open.Pop()] = placed;
                    continue;
                }

                firstChild[order[place]] = nextSibling[next];
                Enter(next, depths[place] + 1);
            }
        }

        void Enter(int span, int depth)
        {
            (order[placed], places[span], depths[placed]) = (span, placed, depth);
            open.Push(placed++);
        }
    }

    private static int[] Filled(int count)
    {
        var array = new int[count];
        Array.Fill(array, -1);
        return array;
    }
}
