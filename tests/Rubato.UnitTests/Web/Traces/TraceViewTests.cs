using Rubato.Model.Spans;
using Rubato.Web.Traces;
using Xunit;
using static Rubato.UnitTests.Web.Traces.MadeTrace;

namespace Rubato.UnitTests.Web.Traces;

public sealed class TraceViewTests
{
    [Fact]
    public async Task ReadAsync_OfATrace_HasItsFacts()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100, "GET /", "front"), Span(2, 1, 10, 60, "SELECT", "db", isError: true));

        Assert.Equal((2, 1, 100L, (long)Epoch), (trace.Count, trace.ErrorCount, trace.DurationNano, trace.StartUnixNano));
        Assert.Equal(("db", "SELECT", true, SpanKind.Client), (trace.Service(1), trace.Name(1), trace.IsError(1), trace.Kind(1)));
        Assert.Equal(1, trace.Find("0000000000000002"));
        Assert.Equal(-1, trace.Find("no id"));
    }

    [Fact]
    public async Task ReadAsync_OfNoSpan_IsEmpty()
    {
        var trace = await TraceView.ReadAsync(ReadOnlyMemory<byte>.Empty, TestContext.Current.CancellationToken);

        Assert.Equal((0, 0L, 0), (trace.Count, trace.DurationNano, trace.Tree.Depth));
    }

    [Fact]
    public async Task SelfTime_OfASpanWithChildrenSideBySide_CountsTheirTimeOnce()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100), Span(2, 1, 10, 40), Span(3, 1, 30, 50), Span(4, 1, 90, 150), Span(5, 2, 10, 20));

        Assert.Equal(100 - 40 - 10, trace.SelfTime(0));
        Assert.Equal(20, trace.SelfTime(1));
    }

    [Fact]
    public async Task IsCritical_OfChildrenOneAfterTheOther_LeavesOutWhatNobodyWaitedFor()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100), Span(2, 1, 0, 40), Span(3, 1, 5, 20), Span(4, 1, 40, 90), Span(5, 4, 50, 60));

        Assert.Equal([true, true, false, true, true], Enumerable.Range(0, 5).Select(trace.IsCritical));
    }

    [Fact]
    public async Task IsOutsideParent_OfAChildThatBeginsBeforeItsParent_IsTrue()
    {
        var trace = await ViewAsync(Span(1, 0, 1_000_000, 2_000_000), Span(2, 1, 0, 1_500_000), Span(3, 1, 1_200_000, 1_300_000));

        Assert.Equal([false, true, false], Enumerable.Range(0, 3).Select(trace.IsOutsideParent));
    }

    [Fact]
    public async Task FindAsync_LooksAtNamesAttributesEventsAndIds()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100, "GET /orders"), Span(2, 1, 10, 60, "SELECT", attribute: "Orders"), Span(3, 1, 20, 30, "other"));

        Assert.Equal([0, 1], await TraceFind.FindAsync(trace, "orders", TestContext.Current.CancellationToken));
        Assert.Equal([2], await TraceFind.FindAsync(trace, "0000000000000003", TestContext.Current.CancellationToken));
        Assert.Equal([0, 1, 2], await TraceFind.FindAsync(trace, "it happened", TestContext.Current.CancellationToken));
        Assert.Empty(await TraceFind.FindAsync(trace, "nowhere", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task OperationTable_OfATrace_AddsUpByServiceAndName()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100, "a"), Span(2, 1, 10, 20, "b"), Span(3, 1, 30, 50, "b", isError: true));

        var rows = OperationTable.Of(trace);

        Assert.Equal(new OperationRow("shop", "a", 1, 0, 100, 70, 100, 100), rows[0]);
        Assert.Equal(new OperationRow("shop", "b", 2, 1, 30, 30, 20, 20), rows[1]);
    }

    [Fact]
    public async Task VisibleRows_FoldAndFilter_LeaveOutWhatTheySay()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100), Span(2, 1, 10, 60), Span(3, 2, 20, 30), Span(4, 1, 70, 80));
        var rows = new VisibleRows(trace.Tree);

        rows.Fold(1, isFolded: true);
        Assert.Equal([0, 1, 3], rows.Places);
        rows.Show(2);
        Assert.Equal([0, 1, 2, 3], rows.Places);
        rows.FoldAll(isFolded: true);
        Assert.Equal([0], rows.Places);
        rows.FoldLevel(isFolded: false);
        Assert.Equal([0, 1, 3], rows.Places);
        rows.FoldAll(isFolded: false);
        rows.Filter(span => span == 2);
        Assert.Equal([2], rows.Places);
    }

    [Fact]
    public async Task VisibleRows_FoldWhere_FoldsAndUnfoldsTheSpansMeant()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100, service: "a"), Span(2, 1, 10, 60, service: "b"), Span(3, 2, 20, 30, service: "a"), Span(4, 1, 70, 80, service: "b"));
        var rows = new VisibleRows(trace.Tree);

        rows.FoldWhere(span => trace.Service(span) == "b", isFolded: true);
        Assert.Equal([0, 1, 3], rows.Places);
        rows.FoldWhere(span => trace.Service(span) == "b", isFolded: false);
        Assert.Equal([0, 1, 2, 3], rows.Places);
    }

    [Fact]
    public async Task ReadAsync_OfTimesBeyondAnyClock_StaysWithinWhatCanBeShown()
    {
        var beginning = unchecked(0 - Epoch);
        var trace = await ViewAsync(Span(1, 0, long.MaxValue - 5 - Epoch, ulong.MaxValue - Epoch), Span(2, 1, 0, 60), Span(3, 1, beginning, beginning + 5));

        Assert.True(trace.DurationNano > 0);
        for (var span = 0; span < trace.Count; span++)
        {
            Assert.InRange(trace.End(span), trace.Start(span), long.MaxValue);
            Assert.InRange(trace.OffsetShare(span), 0, 1);
            Assert.InRange(trace.SelfTime(span), 0, trace.Duration(span));
            _ = trace.IsOutsideParent(span);
        }
    }
}
