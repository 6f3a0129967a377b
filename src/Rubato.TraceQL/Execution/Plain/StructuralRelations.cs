using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>The structural operators on nested set numbers (spec/traceql.md section 11), in O(n log n).</summary>
internal static class StructuralRelations
{
    // Up to so many pairs looking at each is quicker than any table.
    private const int FewPairs = 256;

    public static List<int> Apply(SpansetOperator op, TraceNumbers tree, List<int> left, List<int> right)
    {
        switch (op)
        {
            case >= SpansetOperator.Child and <= SpansetOperator.Sibling:
                return Related(op, tree, left, right);
            case >= SpansetOperator.NotChild and <= SpansetOperator.NotSibling:
                return Without(right, Related(op - SpansetOperator.NotChild + SpansetOperator.Child, tree, left, right));
            default:
                // The spans of the left that make it hold are those related the other way round.
                var plain = op - SpansetOperator.UnionChild + SpansetOperator.Child;
                return Union(Related(plain, tree, left, right), Related(Inverse(plain), tree, right, left));
        }
    }

    public static List<int> Union(List<int> left, List<int> right)
    {
        var all = new List<int>(left.Count + right.Count);
        all.AddRange(left);
        all.AddRange(right);
        all.Sort();
        var kept = 0;
        for (var i = 0; i < all.Count; i++)
        {
            if (i == 0 || all[i] != all[i - 1]) all[kept++] = all[i];
        }

        all.RemoveRange(kept, all.Count - kept);
        return all;
    }

    // What is taken out stands in the same order.
    private static List<int> Without(List<int> spans, List<int> some)
    {
        if (some.Count == 0) return spans;
        var rest = new List<int>(spans.Count - some.Count);
        var next = 0;
        foreach (var span in spans)
        {
            if (next < some.Count && some[next] == span) next++;
            else rest.Add(span);
        }

        return rest;
    }

    private static List<int> RelatedPairs(SpansetOperator op, TraceNumbers tree, List<int> left, List<int> right)
    {
        var related = new List<int>();
        foreach (var r in right)
        {
            foreach (var l in left)
            {
                if (!IsRelated(op, tree, l, r)) continue;
                related.Add(r);
                break;
            }
        }

        return related;
    }

    private static bool IsRelated(SpansetOperator op, TraceNumbers tree, int left, int right) => op switch
    {
        SpansetOperator.Child => tree.Parent[right] != 0 && tree.Parent[right] == tree.Left[left],
        SpansetOperator.Parent => tree.Left[right] != 0 && tree.Left[right] == tree.Parent[left],
        SpansetOperator.Sibling => left != right && tree.Parent[left] != 0 && tree.Parent[left] == tree.Parent[right],
        SpansetOperator.Descendant => IsAbove(tree, left, right),
        _ => IsAbove(tree, right, left),
    };

    private static bool IsAbove(TraceNumbers tree, int above, int below) =>
        tree.Left[above] != 0 && tree.Left[above] < tree.Left[below] && tree.Right[below] < tree.Right[above];

    private static SpansetOperator Inverse(SpansetOperator op) => op switch
    {
        SpansetOperator.Child => SpansetOperator.Parent,
        SpansetOperator.Parent => SpansetOperator.Child,
        SpansetOperator.Descendant => SpansetOperator.Ancestor,
        SpansetOperator.Ancestor => SpansetOperator.Descendant,
        _ => op,
    };

    // Spans of the right for which the relation to some span of the left holds. 0 marks spans that no root reaches.
    private static List<int> Related(SpansetOperator op, TraceNumbers tree, List<int> left, List<int> right)
    {
        if ((long)left.Count * right.Count <= FewPairs) return RelatedPairs(op, tree, left, right);
        switch (op)
        {
            case SpansetOperator.Child:
                var lefts = left.Select(l => tree.Left[l]).ToHashSet();
                return right.FindAll(r => tree.Parent[r] != 0 && lefts.Contains(tree.Parent[r]));
            case SpansetOperator.Parent:
                var parents = left.Select(l => tree.Parent[l]).ToHashSet();
                return right.FindAll(r => tree.Left[r] != 0 && parents.Contains(tree.Left[r]));
            case SpansetOperator.Sibling:
                var families = left.Where(l => tree.Parent[l] != 0).CountBy(l => tree.Parent[l]).ToDictionary();
                var own = left.ToHashSet();
                return right.FindAll(r => families.GetValueOrDefault(tree.Parent[r]) > (own.Contains(r) ? 1 : 0));
            default:
                return op == SpansetOperator.Descendant ? Descendants(tree, left, right) : Ancestors(tree, left, right);
        }
    }

    // Intervals nest, so r lies in some l exactly if the widest reach of those l that begin before r goes beyond r.
    private static List<int> Descendants(TraceNumbers tree, List<int> left, List<int> right)
    {
        var (starts, ends) = Intervals(tree, left);
        for (var i = 1; i < ends.Length; i++) ends[i] = Math.Max(ends[i], ends[i - 1]);
        return right.FindAll(r =>
        {
            if (tree.Left[r] == 0) return false;
            var before = LowerBound(starts, tree.Left[r]);
            return before > 0 && ends[before - 1] > tree.Right[r];
        });
    }

    private static List<int> Ancestors(TraceNumbers tree, List<int> left, List<int> right)
    {
        var (starts, _) = Intervals(tree, left);
        return right.FindAll(r =>
        {
            if (tree.Left[r] == 0) return false;
            var next = LowerBound(starts, tree.Left[r] + 1);
            return next < starts.Length && starts[next] < tree.Right[r];
        });
    }

    private static (int[] Starts, int[] Ends) Intervals(TraceNumbers tree, List<int> spans)
    {
        var connected = spans.FindAll(s => tree.Left[s] != 0);
        int[] starts = [.. connected.Select(s => tree.Left[s])];
        int[] ends = [.. connected.Select(s => tree.Right[s])];
        Array.Sort(starts, ends);
        return (starts, ends);
    }

    private static int LowerBound(int[] sorted, int value)
    {
        var at = Array.BinarySearch(sorted, value);
        return at < 0 ? ~at : at;
    }
}
