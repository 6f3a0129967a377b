using Rubato.Web.Traces;

namespace Rubato.Web.Compare;

/// <summary>
/// Two traces as one tree. Below spans that belong together, the first child of a service and operation belongs to the other trace's first child of the same, the second to
/// the second, and so on; ids and times say nothing about that. What is left stands in one trace alone, with all that is below it. Linear in the spans, no recursion.
/// </summary>
internal static class TraceAlignment
{
    /// <summary>Parents before children. Children in the order of the first trace; what only the second has stands before the next that both have.</summary>
    public static List<AlignedRow> Of(TraceView a, TraceView b)
    {
        var rows = new List<AlignedRow>(Math.Max(a.Count, b.Count));
        // Places in the trees; -1 for none.
        var open = new Stack<(int A, int B, int Depth)>();
        PushAligned(open, a, b, SiblingsFrom(a.Tree, 0, a.Count), SiblingsFrom(b.Tree, 0, b.Count), depth: 0);
        while (open.TryPop(out var row))
        {
            rows.Add(new AlignedRow(row.A < 0 ? -1 : a.Tree.SpanAt(row.A), row.B < 0 ? -1 : b.Tree.SpanAt(row.B), row.Depth));
            PushAligned(open, a, b, Children(a.Tree, row.A), Children(b.Tree, row.B), row.Depth + 1);
        }

        return rows;
    }

    private static List<int> Children(TraceTree tree, int place) => place < 0 ? [] : SiblingsFrom(tree, place + 1, tree.EndOf(place));

    private static List<int> SiblingsFrom(TraceTree tree, int first, int end)
    {
        var places = new List<int>();
        for (var place = first; place < end; place = tree.EndOf(place)) places.Add(place);
        return places;
    }

    private static void PushAligned(Stack<(int A, int B, int Depth)> open, TraceView a, TraceView b, List<int> ofA, List<int> ofB, int depth)
    {
        var partners = Partners(a, b, ofA, ofB);
        var before = new Dictionary<int, int>();
        var isPaired = new bool[ofB.Count];
        foreach (var partner in partners)
        {
            if (partner >= 0) isPaired[partner] = true;
        }

        // For each pair, where the spans that only the second trace has in front of it begin.
        var firstAlone = 0;
        for (var j = 0; j < ofB.Count; j++)
        {
            if (!isPaired[j]) continue;
            before[j] = firstAlone;
            firstAlone = j + 1;
        }

        // A stack gives back what came last, so from the end on.
        PushAlone(firstAlone, ofB.Count);
        for (var i = ofA.Count - 1; i >= 0; i--)
        {
            var partner = partners[i];
            open.Push((ofA[i], partner < 0 ? -1 : ofB[partner], depth));
            if (partner >= 0) PushAlone(before[partner], partner);
        }

        void PushAlone(int from, int end)
        {
            for (var j = end - 1; j >= from; j--) open.Push((-1, ofB[j], depth));
        }
    }

    /// <summary>For each of the first list the index in the second, -1 for none.</summary>
    private static int[] Partners(TraceView a, TraceView b, List<int> ofA, List<int> ofB)
    {
        var partners = new int[ofA.Count];
        Array.Fill(partners, -1);
        if (ofA.Count == 0 || ofB.Count == 0) return partners;
        var waiting = new Dictionary<(string Service, string Name), Queue<int>>();
        for (var j = 0; j < ofB.Count; j++)
        {
            var key = KeyOf(b, ofB[j]);
            if (!waiting.TryGetValue(key, out var queue)) waiting.Add(key, queue = new Queue<int>());
            queue.Enqueue(j);
        }

        for (var i = 0; i < ofA.Count; i++)
        {
            if (waiting.TryGetValue(KeyOf(a, ofA[i]), out var queue) && queue.TryDequeue(out var partner)) partners[i] = partner;
        }

        return partners;
    }

    private static (string Service, string Name) KeyOf(TraceView trace, int place)
    {
        var span = trace.Tree.SpanAt(place);
        return (trace.Service(span), trace.Name(span));
    }
}
