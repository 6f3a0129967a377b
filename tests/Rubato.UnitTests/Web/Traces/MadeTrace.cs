using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Traces;

/// <summary>Traces of a few spans whose times a test can name.</summary>
internal static class MadeTrace
{
    public const ulong Epoch = 1_700_000_000_000_000_000;

    public static Task<TraceView> ViewAsync(params Span[] spans) => TraceView.ReadAsync(OtlpWriter.Write(spans), TestContext.Current.CancellationToken);

    public static Span Span(ulong id, ulong parent, ulong from, ulong to, string name = "work", string service = "shop", bool isError = false, string attribute = "x") => new()
    {
        TraceId = new TraceId(1, 2),
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        Name = name,
        Kind = SpanKind.Client,
        StatusCode = isError ? StatusCode.Error : StatusCode.Unset,
        StartUnixNano = Epoch + from,
        EndUnixNano = Epoch + to,
        Attributes = [new("db.table", AttributeValue.Of(attribute))],
        Events = [new SpanEvent { TimeUnixNano = Epoch + from, Name = "it happened" }],
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
        Scope = new InstrumentationScope(),
    };
}
