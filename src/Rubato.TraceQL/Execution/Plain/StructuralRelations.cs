using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>The structural operators on nested set numbers (spec/traceql.md section 11), in O(n log n).</summary>
internal static class StructuralRelations
{
    public static List<int> Apply(SpansetOperator op, TraceNumbers tree, List<int> left, List<int> right)
    {
        switch (op)
        {
            case >= SpansetOperator.Child and <= SpansetOperator.Sibling:
                return Related(op, tree, left, right);
            case >= SpansetOperator.NotChild and <= SpansetOperator.NotSibling:
                var related = Related(op - SpansetOperator.NotChild + SpansetOperator.Child, tree, left, right).ToHashSet();
                return right.FindAll(r => !related.Contains(r));
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
