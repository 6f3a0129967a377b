using CsCheck;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Web.Compare;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Compare;

public sealed class TraceAlignmentTests
{
    // Few names, so that siblings repeat, lack and change places; parents anywhere, also missing.
    private static readonly Gen<Span[]> Traces = Gen.Select(Gen.Int[0, 8], Gen.Int[0, 2], Gen.Int[0, 9]).Array[0, 16]
        .Select(spans => spans.Select((s, i) => Span((ulong)i + 1, (ulong)s.Item1, $"op{s.Item2}", start: (ulong)s.Item3)).ToArray());

    [Fact]
    public void Every_span_has_one_row_at_its_depth_and_rows_in_both_are_of_one_operation() => Gen.Select(Traces, Traces).SampleAsync(async (first, second) =>
    {
        var (a, b) = (await ViewAsync(first), await ViewAsync(second));

        var rows = TraceAlignment.Of(a, b);

        Assert.Equal(Enumerable.Range(0, a.Count), rows.Select(row => row.A).Where(span => span >= 0).Order());
        Assert.Equal(Enumerable.Range(0, b.Count), rows.Select(row => row.B).Where(span => span >= 0).Order());
        foreach (var row in rows)
        {
            if (row.A >= 0) Assert.Equal(a.Tree.DepthOf(a.Tree.PlaceOf(row.A)), row.Depth);
            if (row.B >= 0) Assert.Equal(b.Tree.DepthOf(b.Tree.PlaceOf(row.B)), row.Depth);
            if (row.IsInBoth) Assert.Equal((a.Service(row.A), a.Name(row.A)), (b.Service(row.B), b.Name(row.B)));
        }

        // The first trace in its own order, and what belongs together below what belongs together.
        Assert.Equal(Enumerable.Range(0, a.Count).Select(a.Tree.SpanAt), rows.Select(row => row.A).Where(span => span >= 0));
        var partners = rows.Where(row => row.IsInBoth).ToDictionary(row => row.A, row => row.B);
        foreach (var (x, y) in partners)
        {
            var parent = a.Tree.ParentOf(x);
            Assert.Equal(parent < 0 ? -1 : partners[parent], b.Tree.ParentOf(y));
        }
    });

    [Fact]
    public void A_trace_and_itself_differ_in_nothing() => Traces.SampleAsync(async spans =>
    {
        var trace = await ViewAsync(spans);

        var sut = new TraceComparison(trace, trace);

        Assert.All(sut.Rows, row => Assert.Equal(row.A, row.B));
        Assert.Equal((0, 0, 0L), (sut.OnlyInA, sut.OnlyInB, sut.Largest));
        Assert.DoesNotContain(sut.Rows, sut.IsChanged);
    });

    [Fact]
    public async Task What_is_in_one_trace_only_stands_where_it_happened_with_all_below_it()
    {
        var a = await ViewAsync(Span(1, 0, "root"), Span(2, 1, "auth", start: 1), Span(3, 1, "old", start: 2), Span(4, 3, "below old", start: 3), Span(5, 1, "pay", start: 4));
        var b = await ViewAsync(Span(9, 0, "root"), Span(8, 9, "auth", start: 1), Span(7, 9, "new", start: 2), Span(6, 9, "pay", start: 3), Span(5, 9, "mail", start: 4));

        Assert.Equal(["=root", "=auth", "-old", "-below old", "+new", "=pay", "+mail"], Texts(a, b));
    }

    [Fact]
    public async Task Repetitions_are_paired_by_their_position()
    {
        var a = await ViewAsync(Span(1, 0, "root"), Span(2, 1, "get", start: 1, duration: 10), Span(3, 1, "get", start: 2, duration: 20));
        var b = await ViewAsync(Span(1, 0, "root"), Span(2, 1, "get", start: 1, duration: 10), Span(3, 1, "get", start: 2, duration: 50), Span(4, 1, "get", start: 3, duration: 7));

        var sut = new TraceComparison(a, b);

        Assert.Equal([0, 0, 30], sut.Rows.Where(row => row.IsInBoth).Select(sut.Difference));
        Assert.Equal((0, 1, 30L), (sut.OnlyInA, sut.OnlyInB, sut.Largest));
    }

    [Fact]
    public async Task Operations_that_changed_places_are_still_the_same() =>
        Assert.Equal(
            ["=root", "=x", "=y"],
            Texts(
                await ViewAsync(Span(1, 0, "root"), Span(2, 1, "x", start: 1), Span(3, 1, "y", start: 2)),
                await ViewAsync(Span(1, 0, "root"), Span(2, 1, "y", start: 1), Span(3, 1, "x", start: 2))));

    [Fact]
    public async Task The_same_name_of_another_service_is_something_else()
    {
        var sut = new TraceComparison(await ViewAsync(Span(1, 0, "get", service: "shop")), await ViewAsync(Span(1, 0, "get", service: "bank"), Span(2, 1, "get", service: "shop")));

        Assert.Equal([(0, -1, 0), (-1, 0, 0), (-1, 1, 1)], sut.Rows.Select(row => (row.A, row.B, row.Depth)));
        Assert.Equal((1, 2), (sut.A.Services.Count, sut.B.Services.Count));
        Assert.Equal(["bank"], sut.ServicesOnlyInB);
        Assert.Empty(sut.ServicesOnlyInA);
    }

    [Fact]
    public async Task Changed_is_what_failed_in_one_or_took_a_tenth_longer()
    {
        var a = await ViewAsync(Span(1, 0, "root", duration: 100), Span(2, 1, "fails", start: 1, duration: 100), Span(3, 1, "slower", start: 2, duration: 100));
        var b = await ViewAsync(Span(1, 0, "root", duration: 110), Span(2, 1, "fails", start: 1, duration: 100, isError: true), Span(3, 1, "slower", start: 2, duration: 120));

        var sut = new TraceComparison(a, b);

        Assert.Equal([false, true, true], sut.Rows.Select(sut.IsChanged));
    }

    [Fact]
    public async Task A_chain_of_any_depth_is_no_recursion()
    {
        var chain = Enumerable.Range(1, 50_000).Select(i => Span((ulong)i, (ulong)i - 1, "step")).ToArray();
        var trace = await ViewAsync(chain);

        Assert.Equal(50_000, TraceAlignment.Of(trace, trace).Count);
    }

    private static IEnumerable<string> Texts(TraceView a, TraceView b) =>
        TraceAlignment.Of(a, b).Select(row => row.IsInBoth ? "=" + a.Name(row.A) : row.A >= 0 ? "-" + a.Name(row.A) : "+" + b.Name(row.B));

    private static Task<TraceView> ViewAsync(params Span[] spans) => TraceView.ReadAsync(OtlpWriter.Write(spans), TestContext.Current.CancellationToken);

    private static Span Span(ulong id, ulong parent, string name, ulong start = 0, ulong duration = 10, string service = "shop", bool isError = false) => new()
    {
        TraceId = new TraceId(1, 2),
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        Name = name,
        StatusCode = isError ? StatusCode.Error : StatusCode.Unset,
        StartUnixNano = 1_700_000_000_000_000_000 + start,
        EndUnixNano = 1_700_000_000_000_000_000 + start + duration,
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
        Scope = new InstrumentationScope(),
    };
}
