using System.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Rubato.Web.Map;
using Rubato.Web.Times;
using Xunit;

namespace Rubato.UnitTests.Web.Map;

public sealed class MapTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void Layout_PutsCallersLeftOfThoseTheyCall()
    {
        var layout = new MapLayout(["db", "front", "shop"], [("front", "shop"), ("shop", "db"), ("front", "db")]);

        Assert.True(layout["front"].X < layout["shop"].X && layout["shop"].X < layout["db"].X);
    }

    [Fact]
    public void Layout_OfNothingAndOfOne_IsThere()
    {
        Assert.True(new MapLayout([], []).Width > 0);
        var one = new MapLayout(["a"], [("a", "a")]);

        Assert.True(one["a"].X >= 0 && one["a"].X + MapLayout.NodeWidth <= one.Width && one["a"].Y + MapLayout.NodeHeight <= one.Height);
    }

    [Fact]
    public void Layout_OfACircle_Ends()
    {
        var layout = new MapLayout(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a")]);

        Assert.Equal(3, new[] { "a", "b", "c" }.Select(n => layout[n].X).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Layout_Of200Services_HasNoOverlapsAndIsTheSameWhateverTheOrder(int seed)
    {
        var random = new Random(seed);
        string[] nodes = [.. Enumerable.Range(0, 200).Select(i => $"service-{i}")];
        (string, string)[] edges = [.. Enumerable.Range(0, 500).Select(_ => (nodes[random.Next(200)], nodes[random.Next(200)]))];
        var started = Stopwatch.GetTimestamp();
        var layout = new MapLayout(nodes, edges);
        var took = Stopwatch.GetElapsedTime(started);
        random.Shuffle(edges);
        var other = new MapLayout(nodes.Reverse(), edges);

        Assert.All(nodes, n => Assert.Equal(layout[n], other[n]));
        Assert.All(nodes, n => Assert.True(layout[n].X >= 0 && layout[n].Y >= 0 && layout[n].X + MapLayout.NodeWidth <= layout.Width && layout[n].Y + MapLayout.NodeHeight <= layout.Height));
        for (var i = 0; i < nodes.Length; i++)
        {
            for (var j = i + 1; j < nodes.Length; j++)
            {
                var (a, b) = (layout[nodes[i]], layout[nodes[j]]);
                Assert.True(Math.Abs(a.X - b.X) >= MapLayout.NodeWidth || Math.Abs(a.Y - b.Y) >= MapLayout.NodeHeight);
            }
        }

        // Milliseconds on an idle machine; a page waits for it.
        Assert.True(took < TimeSpan.FromSeconds(2), $"{took}");
    }

    [Fact]
    public void Layout_OfAChainOfThousands_DoesNotOverflowTheStack()
    {
        string[] nodes = [.. Enumerable.Range(0, 5_000).Select(i => $"{i:0000}")];

        var layout = new MapLayout(nodes, nodes.Zip(nodes.Skip(1)));

        Assert.True(layout[nodes[^1]].X > layout[nodes[0]].X);
    }

    [Theory]
    [InlineData("", 1, "a,b,c,d")]
    [InlineData("a", 1, "a,b")]
    [InlineData("a", 2, "a,b,c")]
    [InlineData("c", 1, "b,c,d")]
    [InlineData("nobody", 4, "")]
    public void Of_ShowsTheNeighbourhood(string focus, int hops, string expected)
    {
        var graph = new GraphAnswer { Nodes = [.. "abcd".Select(c => new GraphNode($"{c}", 1, 0, 1, "service"))], Edges = [Link("a", "b"), Link("b", "c"), Link("d", "c")] };

        Assert.Equal(expected, string.Join(',', new MapState(focus, hops, TimeRange.LastHour).Of(graph).Nodes.Select(n => n.Id)));
    }

    [Fact]
    public void ToAddress_OfAnyState_ReadsBackTheSame()
    {
        var state = new MapState("a&b <c>", 3, TimeRange.Last(TimeSpan.FromHours(6)));

        var q = QueryHelpers.ParseQuery(state.ToAddress()["map".Length..]);

        Assert.Equal(state, MapState.Parse(q["focus"], q["hops"], q["from"], q["to"], Now));
        Assert.Equal(new MapState("", 1, TimeRange.LastHour), MapState.Parse(null, "99", "x", null, Now));
    }

    [Fact]
    public void Edge_OfMoreCalls_IsThicker()
    {
        var layout = new MapLayout(["a", "b"], [("a", "b")]);

        var (few, many) = (MapEdge.Of(Link("a", "b"), layout, 1_000), MapEdge.Of(Link("a", "b") with { Calls = 1_000 }, layout, 1_000));

        Assert.True(few.Width < many.Width);
        Assert.DoesNotContain("NaN", MapEdge.Of(Link("b", "a") with { Calls = 0 }, layout, 0).Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "user", ">")]
    [InlineData("database", "shop", "db.system")]
    [InlineData("virtual_node", "shop", "peer.service")]
    [InlineData("virtual_node", "user", "nestedSetParent")]
    public void TracesOf_LooksWhereSpansAre(string type, string source, string expected)
    {
        var graph = new GraphAnswer { Nodes = [new GraphNode("user", 1, 0, 1, "virtual"), new GraphNode("shop", 1, 0, 1, "service")] };

        Assert.Contains(Uri.EscapeDataString(expected), graph.TracesOf(new GraphLink(source, "other", 1, 0, 1, type), TimeRange.LastHour), StringComparison.Ordinal);
    }

    private static GraphLink Link(string source, string target) => new(source, target, 1, 0, 1, "");
}
