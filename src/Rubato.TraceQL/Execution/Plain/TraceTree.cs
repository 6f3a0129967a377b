using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>Who is whose parent in a trace, and the nested set numbers of spec/traceql.md section 1.</summary>
internal sealed class TraceTree
{
    private TraceTree(int count)
    {
        ParentIndex = new int[count];
        ChildCount = new int[count];
        Left = new int[count];
        Right = new int[count];
        Parent = new int[count];
    }

    /// <summary>Index of the parent span, -1 for none.</summary>
    public int[] ParentIndex { get; }

    public int[] ChildCount { get; }

    public int[] Left { get; }

    public int[] Right { get; }

    /// <summary>Left number of the parent, -1 for a root, 0 for a span that no root reaches.</summary>
    public int[] Parent { get; }

    public TraceNumbers Numbers => new(Left, Right, Parent);

    /// <summary>The last root in order, -1 when there is none.</summary>
    public int Root { get; private set; } = -1;

    /// <param name="spans">All spans of one trace in their order.</param>
    public static TraceTree Build(IReadOnlyList<Span> spans)
    {
        var tree = new TraceTree(spans.Count);
        var byId = new Dictionary<SpanId, (int First, int Second)>(spans.Count);
        var crowded = false;
        for (var i = 0; i < spans.Count; i++)
        {
            if (!byId.TryGetValue(spans[i].SpanId, out var known)) byId[spans[i].SpanId] = (i, -1);
            else if (known.Second < 0) byId[spans[i].SpanId] = (known.First, i);
            else crowded = true;
        }

        var roots = new List<int>();
        var firstChild = new int[spans.Count];
        var lastChild = new int[spans.Count];
        var nextSibling = new int[spans.Count];
        firstChild.AsSpan().Fill(-1);
        for (var i = 0; i < spans.Count; i++)
        {
            tree.ParentIndex[i] = -1;
            nextSibling[i] = -1;
            if (IsRoot(spans[i]))
            {
                tree.Root = i;
                roots.Add(i);
            }
            else if (ParentOf(spans, byId, spans[i]) is >= 0 and var parent)
            {
                tree.ParentIndex[i] = parent;
                tree.ChildCount[parent]++;
                if (firstChild[parent] < 0) firstChild[parent] = i;
                else nextSibling[lastChild[parent]] = i;
                lastChild[parent] = i;
            }
        }

        // More than two spans with one id: no numbers at all.
        if (!crowded) tree.Number(roots, firstChild, nextSibling);
        return tree;
    }

    public static bool IsRoot(Span span)
    {
        if (!span.ParentSpanId.IsZero) return false;
        foreach (var link in span.Links)
        {
            if (link.TraceId.Length != TraceId.Size || TraceId.Read(link.TraceId) != span.TraceId) continue;
            foreach (var (key, value) in link.Attributes)
            {
                if (key == "opentracing.ref_type" && value.Kind == AttributeKind.String && value.AsString == "child_of") return false;
            }
        }

        return true;
    }

    // Client and server side of one call may share an id: a child belongs to the server, a server child to the client.
    private static int ParentOf(IReadOnlyList<Span> spans, Dictionary<SpanId, (int First, int Second)> byId, Span child)
    {
        if (child.ParentSpanId.IsZero || !byId.TryGetValue(child.ParentSpanId, out var candidates)) return -1;
        if (candidates.Second < 0) return candidates.First;
        var wanted = child.Kind == SpanKind.Server ? SpanKind.Client : SpanKind.Server;
        if (spans[candidates.First].Kind == wanted) return candidates.First;
        return spans[candidates.Second].Kind == wanted ? candidates.Second : -1;
    }

    // Depth first without recursion: a chain of a million spans is a valid trace. A cycle is never reached from a root.
    private void Number(List<int> roots, int[] firstChild, int[] nextSibling)
    {
        var counter = 1;
        foreach (var root in roots)
        {
            var at = root;
            Parent[root] = -1;
            Left[root] = counter++;
            while (true)
            {
                if (firstChild[at] >= 0)
                {
                    at = Enter(firstChild[at]);
                    continue;
                }

                Right[at] = counter++;
                while (at != root && nextSibling[at] < 0)
                {
                    at = ParentIndex[at];
                    Right[at] = counter++;
                }

                if (at == root) break;
                at = Enter(nextSibling[at]);
            }
        }

        int Enter(int span)
        {
            Parent[span] = Left[ParentIndex[span]];
            Left[span] = counter++;
            return span;
        }
    }
}

/// <summary>The nested set numbers of a trace's spans, in their order.</summary>
internal readonly record struct TraceNumbers(int[] Left, int[] Right, int[] Parent);
