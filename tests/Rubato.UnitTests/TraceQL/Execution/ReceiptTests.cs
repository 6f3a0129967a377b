using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Semantics;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

public sealed class ReceiptTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public async Task Whole_answer_of_everything_there_is()
    {
        var receipt = await SearchAsync(Snapshot(Segment("a", 1, 2), Segment("b", 3)), limit: 20);
        Assert.True(receipt.IsComplete);
        Assert.False(receipt.MayLackNewer);
        Assert.Equal((2, 3, 3L, 0L), (receipt.BlocksInspected, receipt.BlocksSkipped, receipt.SpansInspected, receipt.SpansSkipped));
        Assert.True(receipt.BytesInspected > 0);
    }

    [Fact]
    public async Task What_a_full_answer_does_not_need_is_skipped_and_blocks_of_other_times_count()
    {
        var receipt = await SearchAsync(Snapshot(Segment("new", 10), Segment("old", 1, 2)), limit: 1);
        Assert.True(receipt.IsComplete);
        Assert.Equal((1, 1 + 3, 1L, 2L), (receipt.BlocksInspected, receipt.BlocksSkipped, receipt.SpansInspected, receipt.SpansSkipped));
    }

    [Fact]
    public async Task A_damaged_block_that_may_hold_something_newer_is_a_reason_to_say_so()
    {
        var receipt = await SearchAsync(Snapshot(Segment("broken", isDamaged: true, 10), Segment("old", 1)), limit: 1);
        Assert.False(receipt.IsComplete);
        Assert.True(receipt.MayLackNewer);
        Assert.Contains("checksum", Assert.Single(receipt.Failures), StringComparison.Ordinal);
        Assert.Equal((1, 3), (receipt.BlocksInspected, receipt.BlocksSkipped));
    }

    [Fact]
    public async Task A_damaged_block_older_than_a_full_answer_hides_nothing_newer()
    {
        var receipt = await SearchAsync(Snapshot(Segment("new", 10), Segment("broken", isDamaged: true, 1)), limit: 1, parallelism: 2);
        Assert.False(receipt.MayLackNewer);
    }

    [Fact]
    public async Task What_could_not_be_opened_may_hold_anything()
    {
        var snapshot = new SpanSnapshot([Segment("a", 10)], ["block x is set aside"], 1, 0);
        Assert.True((await SearchAsync(snapshot, limit: 1)).MayLackNewer);
    }

    [Fact]
    public async Task Metrics_have_one_too()
    {
        var request = new MetricsRequest { Query = TraceQLCompiler.Compile("{ } | rate()", QueryUse.Metrics), Buckets = TimeBuckets.Instant(5 * Second, 20 * Second) };
        var result = await MetricsExecutor.RunAsync(Snapshot(Segment("a", 10), Segment("b", 1)), request, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1 + 3), (result.Receipt.BlocksInspected, result.Receipt.BlocksSkipped));
    }

    private static SpanSnapshot Snapshot(params ISpanSegment[] segments) => new(segments, [], segments.Length, 1000) { BlocksOutOfRange = 3 };

    private static ISpanSegment Segment(string block, params int[] seconds) => Segment(block, isDamaged: false, seconds);

    /// <summary>A trace of one span at each second.</summary>
    private static ISpanSegment Segment(string block, bool isDamaged, params int[] seconds) => SegmentDouble.Of(
        SpanSegments.Of(seconds.Select(s => new Span
        {
            TraceId = new TraceId(1, (ulong)s), SpanId = new SpanId(1), StartUnixNano = (ulong)s * Second, EndUnixNano = ((ulong)s * Second) + 1, Name = "x", Resource = new Resource(), Scope = new InstrumentationScope(),
        })),
        block,
        isDamaged);

    private static async Task<QueryReceipt> SearchAsync(SpanSnapshot snapshot, int limit, int parallelism = 1)
    {
        var request = new SearchRequest { Query = TraceQLCompiler.Compile("{ name = \"x\" }"), Limit = limit, Parallelism = parallelism };
        return (await SearchExecutor.SearchAsync(snapshot, request, TestContext.Current.CancellationToken)).Receipt;
    }
}
