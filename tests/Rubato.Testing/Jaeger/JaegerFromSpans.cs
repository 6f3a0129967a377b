using Rubato.Model.Spans;

namespace Rubato.Testing.Jaeger;

/// <summary>Plain OTLP spans as a Jaeger client would send them, for measurements. Arrays and scopes are left out: Jaeger has none.</summary>
public static class JaegerFromSpans
{
    /// <summary>A batch for each service.</summary>
    public static List<JaegerBatch> Batches(IReadOnlyList<Span> spans) =>
    [
        .. spans.GroupBy(s => s.Resource).Select(group => new JaegerBatch(
            new JaegerProcess(Service(group.Key), Tags(group.Key.Attributes.Where(a => a.Key != "service.name"))), [.. group.Select(Convert)])),
    ];

    private static string Service(Resource resource) => resource.Attributes.FirstOrDefault(a => a.Key == "service.name").Value?.AsString ?? "";

    private static JaegerSpan Convert(Span span) => new()
    {
        TraceHigh = span.TraceId.High,
        TraceLow = span.TraceId.Low,
        SpanId = span.SpanId.Value,
        Name = span.Name,
        References = span.ParentSpanId.IsZero ? [] : [new JaegerReference(false, span.TraceId.High, span.TraceId.Low, span.ParentSpanId.Value)],
        Start = (long)(span.StartUnixNano / 1000),
        Duration = span.DurationNano / 1000,
        Tags =
        [
            .. Tags(span.Attributes),
            new JaegerTag("span.kind", span.Kind.ToString().ToLowerInvariant()),
            .. span.StatusCode == StatusCode.Error ? [new JaegerTag("error", true), new JaegerTag("otel.status_description", span.StatusMessage)] : Array.Empty<JaegerTag>(),
        ],
        Logs = [.. span.Events.Select(e => new JaegerLog((long)(e.TimeUnixNano / 1000), [new JaegerTag("event", e.Name), .. Tags(e.Attributes)]))],
    };

    private static List<JaegerTag> Tags(IEnumerable<KeyValuePair<string, AttributeValue>> attributes) =>
    [
        .. from a in attributes
           let value = a.Value.Kind switch
           {
               AttributeKind.String => (object?)a.Value.AsString,
               AttributeKind.Bool => a.Value.AsBool,
               AttributeKind.Int => a.Value.AsInt,
               AttributeKind.Double => a.Value.AsDouble,
               AttributeKind.Bytes => a.Value.AsBytes,
               _ => null,
           }
           where value is not null
           select new JaegerTag(a.Key, value),
    ];
}
