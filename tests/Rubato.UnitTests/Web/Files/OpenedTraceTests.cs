using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Testing;
using Rubato.Web.Files;
using Xunit;

namespace Rubato.UnitTests.Web.Files;

public sealed class OpenedTraceTests
{
    private static readonly Resource Shop = new() { Attributes = [new("service.name", AttributeValue.Of("shop"))] };

    [Fact]
    public void Of_SeveralTraces_KeepsTheirOrderAndTellsThemApart()
    {
        Span[] spans = [Span(2, 2, 1, 10, 50, "child"), Span(2, 1, 0, 20, 90, "root", isError: true), Span(1, 7, 6, 5, 4, "ends before it begins", Shop)];

        var traces = OpenedTrace.Of(OtlpWriter.Write(spans));

        Assert.Equal(["(no service): root", "shop: ends before it begins"], traces.Select(t => t.Title));
        Assert.Equal([(80L, 1, 2), (0L, 0, 1)], traces.Select(t => (t.DurationNano, t.Errors, t.Spans.Count)));
        Assert.Equal(new TraceId(0, 2).ToString(), traces[0].Id);
        Assert.Equal(SpanText.Of(spans[..2]), SpanText.Of(OtlpReader.ReadSpans(traces[0].ToOtlp())));
    }

    private static Span Span(ulong trace, ulong id, ulong parent, ulong start, ulong end, string name, Resource? resource = null, bool isError = false) => new()
    {
        TraceId = new TraceId(0, trace),
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        Name = name,
        StartUnixNano = start,
        EndUnixNano = end,
        StatusCode = isError ? StatusCode.Error : StatusCode.Unset,
        Resource = resource ?? new Resource(),
        Scope = new InstrumentationScope(),
    };
}
