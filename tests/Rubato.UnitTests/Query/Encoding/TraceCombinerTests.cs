using Rubato.Model.Spans;
using Rubato.Query.Encoding;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Query.Encoding;

public sealed class TraceCombinerTests
{
    [Fact]
    public void Spans_that_two_stores_have_are_kept_once_and_equal_resources_are_one()
    {
        var combiner = new TraceCombiner();
        combiner.Add([Make(1, 10), Make(2, 20)]);
        combiner.Add([Make(2, 20), Make(3, 15)]);
        var spans = combiner.Combine();
        Assert.Equal([1UL, 3, 2], spans.Select(s => s.SpanId.Value));
        Assert.All(spans, s => Assert.Same(spans[0].Resource, s.Resource));
        Assert.All(spans, s => Assert.Same(spans[0].Scope, s.Scope));
        Assert.False(combiner.IsCut);
    }

    [Fact]
    public void Same_id_with_another_kind_is_another_span()
    {
        var combiner = new TraceCombiner();
        combiner.Add([Make(1, 10, SpanKind.Internal), Make(1, 11, SpanKind.Producer)]);
        Assert.Equal(2, combiner.Combine().Count);
    }

    [Fact]
    public void Id_shared_by_client_and_server_is_split_and_children_follow_the_server()
    {
        var combiner = new TraceCombiner();
        combiner.Add([
            Make(1, 0), Make(7, 10, SpanKind.Client, parent: 1), Make(7, 12, SpanKind.Server, parent: 1), Make(8, 14, parent: 7), Make(9, 16, parent: 8)]);
        var spans = combiner.Combine();
        Assert.Equal(
            [(1UL, 0UL, SpanKind.Internal), (7, 1, SpanKind.Client), (2, 7, SpanKind.Server), (8, 2, SpanKind.Internal), (9, 8, SpanKind.Internal)],
            spans.Select(s => (s.SpanId.Value, s.ParentSpanId.Value, s.Kind)));
    }

    [Fact]
    public void Order_does_not_depend_on_the_order_of_the_parts()
    {
        var spans = new RandomSpans(new Random(5)).Next(60);
        var forward = new TraceCombiner();
        var backward = new TraceCombiner();
        foreach (var span in spans) forward.Add([span]);
        foreach (var span in Enumerable.Reverse(spans)) backward.Add([span]);
        Assert.Equal(SpanText.Of(forward.Combine()), SpanText.Of(backward.Combine()));
    }

    [Fact]
    public void Events_and_links_are_sorted()
    {
        var span = new Span
        {
            TraceId = new TraceId(0, 1), SpanId = new SpanId(1), Resource = Resource.Empty, Scope = InstrumentationScope.Empty,
            Events = [new SpanEvent { TimeUnixNano = 2, Name = "a" }, new SpanEvent { TimeUnixNano = 1, Name = "b" }, new SpanEvent { TimeUnixNano = 1, Name = "a" }],
            Links = [new SpanLink { TraceId = [2], SpanId = [1] }, new SpanLink { TraceId = [1], SpanId = [2] }, new SpanLink { TraceId = [1], SpanId = [1] }],
        };
        var combiner = new TraceCombiner();
        combiner.Add([span]);
        var combined = Assert.Single(combiner.Combine());
        Assert.Equal(["1a", "1b", "2a"], combined.Events.Select(e => e.TimeUnixNano + e.Name));
        Assert.Equal(["0101", "0102", "0201"], combined.Links.Select(l => Convert.ToHexString(l.TraceId) + Convert.ToHexString(l.SpanId)));
    }

    [Fact]
    public void Empty_service_name_is_left_out_and_no_other_value_of_it()
    {
        var combiner = new TraceCombiner();
        combiner.Add([Named(1, AttributeValue.Of("")), Named(2, AttributeValue.Of("s")), Named(3, AttributeValue.Of(7))]);
        Assert.Equal(["team", "service.name,team", "service.name,team"], combiner.Combine().Select(s => string.Join(',', s.Resource.Attributes.Select(a => a.Key))));

        static Span Named(ulong id, AttributeValue name) => new()
        {
            TraceId = new TraceId(0, 1),
            SpanId = new SpanId(id),
            StartUnixNano = id,
            Resource = new Resource { Attributes = [new("service.name", name), new("team", AttributeValue.Of("t"))] },
            Scope = InstrumentationScope.Empty,
        };
    }

    [Fact]
    public void Trace_beyond_the_limit_is_cut_and_says_so()
    {
        var combiner = new TraceCombiner(maxBytes: 1000);
        combiner.Add(Enumerable.Range(1, 100).Select(i => Make((ulong)i, (ulong)i)));
        Assert.True(combiner.IsCut);
        Assert.InRange(combiner.Count, 5, 20);
    }

    private static Span Make(ulong id, ulong start, SpanKind kind = SpanKind.Internal, ulong parent = 0) => new()
    {
        TraceId = new TraceId(0, 1),
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        StartUnixNano = start,
        Kind = kind,
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of("s"))] },
        Scope = new InstrumentationScope { Name = "lib" },
    };
}
