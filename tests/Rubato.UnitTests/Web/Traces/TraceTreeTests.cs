using CsCheck;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Traces;

public sealed class TraceTreeTests
{
    // Few ids, so that parents are found, missing, doubled and in circles.
    private static readonly Gen<(long Id, long Parent, long Start)[]> Spans = Gen.Select(Gen.Long[1, 12], Gen.Long[0, 14], Gen.Long[0, 20]).Array[0, 30];

    [Fact]
    public void Every_span_has_one_place_and_lies_within_its_parent() => Spans.Sample(spans =>
    {
        var tree = Tree(spans);

        Assert.Equal(Enumerable.Range(0, spans.Length), Enumerable.Range(0, tree.Count).Select(tree.SpanAt).Order());
        for (var place = 0; place < tree.Count; place++)
        {
            var span = tree.SpanAt(place);
            Assert.Equal(place, tree.PlaceOf(span));
            Assert.InRange(tree.EndOf(place), place + 1, tree.Count);
            if (tree.ParentOf(span) < 0)
            {
                Assert.Equal(0, tree.DepthOf(place));
                continue;
            }

            var parent = tree.PlaceOf(tree.ParentOf(span));
            Assert.True(parent < place && tree.EndOf(place) <= tree.EndOf(parent));
            Assert.Equal(tree.DepthOf(parent) + 1, tree.DepthOf(place));
        }
    });

    [Fact]
    public void Of_ChildrenOfOneParent_OrdersThemByStart()
    {
        var tree = Tree((1, 0, 0), (2, 1, 30), (3, 1, 10), (4, 1, 20));

        Assert.Equal([0, 2, 3, 1], Enumerable.Range(0, 4).Select(tree.SpanAt));
    }

    [Fact]
    public void Of_ASpanWhoseParentIsMissing_SaysSo()
    {
        var tree = Tree((1, 0, 0), (2, 99, 5));

        Assert.Equal((false, true, 1), (tree.IsOrphan(0), tree.IsOrphan(1), tree.OrphanCount));
        Assert.Equal(-1, tree.ParentOf(1));
    }

    [Fact]
    public void Of_ACircle_CutsItBeforeItsEarliestSpan()
    {
        var tree = Tree((1, 3, 30), (2, 1, 10), (3, 2, 20));

        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).Select(tree.SpanAt));
        Assert.True(tree.IsOrphan(1));
    }

    [Fact]
    public void Of_ASpanThatIsItsOwnParent_StandsAtTheTop()
    {
        var tree = Tree((7, 7, 0));

        Assert.True(tree.IsOrphan(0));
        Assert.Equal(1, tree.Depth);
    }

    [Fact]
    public void Of_AChainOf100000Spans_HasAsManyLevels()
    {
        var tree = Tree([.. Enumerable.Range(1, 100_000).Select(i => ((long)i, i - 1L, (long)i))]);

        Assert.Equal(100_000, tree.Depth);
        Assert.Equal(100_000, tree.EndOf(0));
    }

    private static TraceTree Tree(params (long Id, long Parent, long Start)[] spans) =>
        TraceTree.Of([.. spans.Select(s => s.Id)], [.. spans.Select(s => s.Parent)], [.. spans.Select(s => s.Start)]);
}
