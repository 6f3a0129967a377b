namespace Rubato.Web.Traces;

/// <summary>
/// The spans that the trace's end waited for: from the end of a span back to its start, always the child that ended last before the time reached, and the same within it.
/// </summary>
internal static class CriticalPath
{
    public static bool[] Of(TraceTree tree, long[] starts, long[] durations)
    {
        var marked = new bool[tree.Count];
        if (tree.Count == 0) return marked;
        var byEnd = new List<int>();
        var open = new Stack<int>();
        // Roots that stand beside each other are traces of their own as far as anybody knows.
        for (var place = 0; place < tree.Count; place = tree.EndOf(place)) open.Push(place);
        while (open.TryPop(out var place))
        {
            var span = tree.SpanAt(place);
            marked[span] = true;
            var time = End(span);
            byEnd.Clear();
            for (var child = place + 1; child < tree.EndOf(place); child = tree.EndOf(child)) byEnd.Add(child);
            byEnd.Sort((a, b) => End(tree.SpanAt(b)).CompareTo(End(tree.SpanAt(a))));
            foreach (var child in byEnd)
            {
                var at = tree.SpanAt(child);
                if (End(at) > time || starts[at] < starts[span]) continue;
                open.Push(child);
                time = starts[at];
            }
        }

        return marked;

        long End(int span) => TraceView.EndOf(starts[span], durations[span]);
    }
}
