using System.Globalization;
using Rubato.Model.Spans;
using Rubato.Testing.Zipkin;

namespace Rubato.Benchmarks.Ingest;

/// <summary>Spans as a Zipkin client would send them: every attribute a text.</summary>
internal static class ZipkinFromSpans
{
    public static List<ZipkinModel> Of(IEnumerable<Span> spans) => [.. spans.Select(span => new ZipkinModel
    {
        TraceHigh = span.TraceId.High,
        TraceLow = span.TraceId.Low,
        Id = Convert.ToUInt64(span.SpanId.ToString(), 16),
        ParentId = Convert.ToUInt64(span.ParentSpanId.ToString(), 16),
        Kind = span.Kind switch { SpanKind.Client => "CLIENT", SpanKind.Server => "SERVER", SpanKind.Producer => "PRODUCER", SpanKind.Consumer => "CONSUMER", _ => "" },
        Name = span.Name,
        Timestamp = (long)(span.StartUnixNano / 1000),
        Duration = span.DurationNano / 1000,
        Local = new ZipkinHost(Text(span.Resource.Attributes.FirstOrDefault(a => a.Key == "service.name").Value), "10.0.0.1", "", 8080),
        Annotations = [.. span.Events.Select(e => ((long)(e.TimeUnixNano / 1000), e.Name))],
        Tags = [.. span.Resource.Attributes.Concat(span.Attributes).Select(a => (a.Key, Text(a.Value)))],
    })];

    private static string Text(AttributeValue? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
