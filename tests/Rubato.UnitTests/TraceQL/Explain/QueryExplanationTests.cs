using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Explain;
using Rubato.TraceQL.Semantics;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.TraceQL.Execution;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Explain;

public sealed class QueryExplanationTests : IDisposable
{
    private const ulong Second = 1_000_000_000;

    private readonly List<TestBlock> _blocks = [];

    public void Dispose() => _blocks.ForEach(b => b.Dispose());

    [Fact]
    public async Task What_was_read_is_named_with_its_rows_and_bytes()
    {
        var (explanation, result) = await SearchAsync("{ span.color = \"red\" && span.size > 2 }", 20, Block(Spans(10, "red", 1, 5)));
        Assert.Single(result.Traces);
        var segment = Assert.Single(explanation.Segments);
        Assert.Equal(SegmentOutcome.Read, segment.Outcome);
        var size = segment.Columns.First(c => c.Name == "span.size");
        Assert.Equal((1, 2L), (size.Reads, size.Rows));
        Assert.True(size.Bytes > 0);
        Assert.Contains(explanation.Steps, s => s.Name == "scan");
        Assert.Contains(explanation.Steps, s => s.Name == "decide traces");
    }

    [Fact]
    public async Task What_the_index_rules_out_is_not_read_and_says_why()
    {
        var (explanation, _) = await SearchAsync("{ span.color = \"blue\" }", 20, Block(Spans(10, "red", 1)));
        var segment = Assert.Single(explanation.Segments);
        Assert.Equal((SegmentOutcome.RuledOut, 0), (segment.Outcome, segment.Columns.Count));
        Assert.Contains("span.color is never \"blue\"", segment.Why, StringComparison.Ordinal);

        (explanation, _) = await SearchAsync("{ span.colour = \"red\" || resource.colour = \"red\" }", 20, Block(Spans(10, "red", 1)));
        segment = Assert.Single(explanation.Segments);
        Assert.Equal((SegmentOutcome.RuledOut, "no span of it has span.colour, resource.colour"), (segment.Outcome, segment.Why));
    }

    [Fact]
    public async Task What_a_full_answer_does_not_need_is_skipped()
    {
        var (explanation, _) = await SearchAsync("{ span.color = \"red\" }", 1, Block(Spans(100, "red", 1)), Block(Spans(10, "red", 2)));
        Assert.Equal([SegmentOutcome.Read, SegmentOutcome.Skipped], explanation.Segments.Select(s => s.Outcome));
        Assert.Contains("full answer", explanation.Segments[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_damaged_failed()
    {
        var damaged = SegmentDouble.Of(SpanSegments.Of(Spans(10, "red", 1)), "b", isDamaged: true);
        var (explanation, _) = await SearchAsync("{ span.color = \"red\" }", 1, damaged);
        Assert.Equal(SegmentOutcome.Failed, Assert.Single(explanation.Segments).Outcome);
        Assert.Contains("checksum", explanation.Segments[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_explained_and_answer_the_same()
    {
        ISpanSegment[] segments = [SpanSegments.Of(Spans(100, "red", 1, 2)), Block(Spans(10, "red", 3))];
        var request = new MetricsRequest { Query = TraceQLCompiler.Compile("{ } | sum_over_time(span.size) by (span.color)", QueryUse.Metrics), Buckets = TimeBuckets.Instant(50 * Second, 200 * Second) };
        var snapshot = new SpanSnapshot(segments, [], 1, 0);
        var plain = await MetricsExecutor.RunAsync(snapshot, request, TestContext.Current.CancellationToken);
        var explanation = new QueryExplanation(new FakeTimeProvider());
        var watched = await MetricsExecutor.RunAsync(explanation.Watch(snapshot), request with { Explanation = explanation }, TestContext.Current.CancellationToken);
        Assert.Equal(3, Assert.Single(watched.Series).Values[0]);
        Assert.Equal(plain.Receipt.BytesInspected, watched.Receipt.BytesInspected);
        Assert.Equal([SegmentOutcome.Read, SegmentOutcome.Skipped], explanation.Segments.Select(s => s.Outcome));
        Assert.Contains(explanation.Segments[0].Columns, c => c.Name == "span.color");
        Assert.Contains("time range", explanation.Segments[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_watches_passes_on_every_member_of_a_segment()
    {
        var map = typeof(WatchedSegment).GetInterfaceMap(typeof(ISpanSegment));
        Assert.All(map.TargetMethods, m => Assert.Equal(typeof(WatchedSegment), m.DeclaringType));
    }

    private static async Task<(QueryExplanation Explanation, SearchResult Result)> SearchAsync(string query, int limit, params ISpanSegment[] segments)
    {
        var explanation = new QueryExplanation(new FakeTimeProvider());
        var request = new SearchRequest { Query = TraceQLCompiler.Compile(query), Limit = limit, Explanation = explanation };
        var snapshot = explanation.Watch(new SpanSnapshot(segments, [], segments.Length, 0));
        return (explanation, await SearchExecutor.SearchAsync(snapshot, request, TestContext.Current.CancellationToken));
    }

    /// <summary>Spans of one trace, one for each size.</summary>
    private static IEnumerable<Span> Spans(int second, string color, params int[] sizes) => sizes.Select((size, i) => new Span
    {
        TraceId = new TraceId(1, (ulong)second),
        SpanId = new SpanId((ulong)i + 1),
        Name = "x",
        StartUnixNano = (ulong)second * Second,
        EndUnixNano = ((ulong)second * Second) + 1,
        Attributes = [new("color", AttributeValue.Of(color)), new("size", AttributeValue.Of((long)size))],
        Resource = new Resource(),
        Scope = new InstrumentationScope(),
    });

    private ISpanSegment Block(IEnumerable<Span> spans)
    {
        _blocks.Add(TestBlock.Write([SpanSegments.Of(spans).Batch], new BlockWriterOptions()));
        return _blocks[^1].SegmentsAsync().GetAwaiter().GetResult().Single();
    }
}
