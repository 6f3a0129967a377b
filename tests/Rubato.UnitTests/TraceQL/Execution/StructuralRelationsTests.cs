using CsCheck;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>The fast relations against the definitions of spec/traceql.md section 11, pair by pair.</summary>
public sealed class StructuralRelationsTests
{
    [Fact]
    public void Every_operator_is_what_its_definition_says() =>
        Gen.Select(RandomTraces.OneSpan.Array[1, 25], Gen.Int[0, int.MaxValue]).Sample(
            (spans, seed) =>
            {
                var random = new Random(seed);
                var tree = TraceTree.Build(spans).Numbers;
                var left = Some(random, spans.Length);
                var right = Some(random, spans.Length);
                for (var op = SpansetOperator.Child; op <= SpansetOperator.UnionSibling; op++)
                    Assert.Equal(Defined(op, tree, left, right), StructuralRelations.Apply(op, tree, left, right));
            },
            iter: 3000);

    private static List<int> Some(Random random, int count) => [.. Enumerable.Range(0, count).Where(_ => random.Next(2) == 0)];

    private static List<int> Defined(SpansetOperator op, TraceNumbers tree, List<int> left, List<int> right)
    {
        if (op <= SpansetOperator.Sibling) return right.FindAll(r => left.Exists(l => Holds(op, tree, l, r)));
        if (op <= SpansetOperator.NotSibling) return right.FindAll(r => !left.Exists(l => Holds(op - SpansetOperator.NotChild + SpansetOperator.Child, tree, l, r)));
        var plain = op - SpansetOperator.UnionChild + SpansetOperator.Child;
        return [.. right.Where(r => left.Exists(l => Holds(plain, tree, l, r))).Concat(left.Where(l => right.Exists(r => Holds(plain, tree, l, r)))).Distinct().Order()];
    }

    private static bool Holds(SpansetOperator op, TraceNumbers t, int l, int r) => op switch
    {
        SpansetOperator.Child => t.Left[l] == t.Parent[r] && t.Left[l] != 0,
        SpansetOperator.Parent => t.Left[r] == t.Parent[l] && t.Left[r] != 0,
        SpansetOperator.Descendant => IsAbove(t, l, r),
        SpansetOperator.Ancestor => IsAbove(t, r, l),
        _ => t.Parent[l] == t.Parent[r] && t.Parent[l] != 0 && l != r,
    };

    private static bool IsAbove(TraceNumbers t, int a, int d) => t.Left[a] != 0 && t.Left[d] != 0 && t.Left[d] > t.Left[a] && t.Right[d] < t.Right[a];
}
