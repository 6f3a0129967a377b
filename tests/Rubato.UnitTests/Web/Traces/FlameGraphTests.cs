using Rubato.Web.Traces;
using Xunit;
using static Rubato.UnitTests.Web.Traces.MadeTrace;

namespace Rubato.UnitTests.Web.Traces;

public sealed class FlameGraphTests
{
    [Fact]
    public async Task Of_SpansOfOneOperationBelowTheSameCaller_AreOneBox()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100, "root"), Span(2, 1, 10, 40, "get"), Span(3, 1, 40, 60, "get", isError: true), Span(4, 2, 15, 20, "get"), Span(5, 1, 70, 75, "set"));

        var graph = FlameGraph.Of(trace);
        var placed = graph.Below(0, 100);

        Assert.Equal(["", "root", "get", "set", "get"], placed.Select(p => graph.At(p.Index).Name));
        var get = graph.At(placed[2].Index);
        Assert.Equal((2, 1, 45L, 50L, 2), (get.Spans, get.Errors, get.Self, get.Total, get.Depth));
        Assert.Equal(0.5, placed[2].Width, 9);
        Assert.Equal(0.5, placed[3].Left, 9);
        Assert.Equal(100, graph.At(0).Total);
        Assert.Equal(["", "root", "get", "get"], graph.PathTo(placed[4].Index).Select(i => graph.At(i).Name));
    }

    [Fact]
    public async Task Below_ABox_IsAsWideAsTheDrawing()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100, "root"), Span(2, 1, 0, 40, "a"), Span(3, 2, 0, 10, "b"));
        var graph = FlameGraph.Of(trace);

        var placed = graph.Below(graph.Below(0, 10)[2].Index, 10);

        Assert.Equal([("a", 0, 0.0, 1.0), ("b", 1, 0.0, 0.25)], placed.Select(p => (graph.At(p.Index).Name, p.Level, p.Left, p.Width)));
    }

    [Fact]
    public async Task Below_MoreBoxesThanWanted_TakesThoseNearTheRoot()
    {
        var trace = await ViewAsync([.. Enumerable.Range(1, 500).Select(i => Span((ulong)i, (ulong)i / 2, 0, 1000, $"n{i}"))]);

        var placed = FlameGraph.Of(trace).Below(0, 40);

        Assert.True(placed.Count <= 40);
        Assert.All(placed, p => Assert.InRange(p.Left + p.Width, 0, 1 + 1e-9));
    }

    [Fact]
    public async Task Of_NoSpan_IsTheTraceAlone()
    {
        var graph = FlameGraph.Of(await ViewAsync());

        Assert.Equal([new FlameGraph.Placed(0, 0, 0, 1)], graph.Below(0, 10));
    }

    [Fact]
    public async Task Of_AChainOf20000Spans_NeedsNoRecursion()
    {
        var trace = await ViewAsync([.. Enumerable.Range(1, 20_000).Select(i => Span((ulong)i, (ulong)i - 1, 0, 1000))]);

        Assert.Equal(20_000, FlameGraph.Of(trace).PathTo(20_000).Count - 1);
    }
}
