using Google.Protobuf;
using Google.Protobuf.Collections;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Harness;

/// <summary>
/// A span with its resource and scope, cut loose from how a message groups them. <see cref="ToString"/> is everything about
/// it in one line, in which only what has no meaning is evened out: the order of attributes, that of events and links (answers
/// have them by time and by id, spec/http-api.md 3), and absent as against empty messages.
/// </summary>
internal sealed record FoundSpan(Span Span, Resource Resource, string ResourceSchema, InstrumentationScope Scope, string ScopeSchema)
{
    public string TraceId => Convert.ToHexStringLower(Span.TraceId.Span);

    public string SpanId => Convert.ToHexStringLower(Span.SpanId.Span);

    public string Service => Resource.Attributes.FirstOrDefault(a => a.Key == "service.name")?.Value?.StringValue ?? "";

    public static IReadOnlyList<FoundSpan> All(IEnumerable<ResourceSpans> batches) =>
    [
        .. from batch in batches
           from scope in batch.ScopeSpans
           from span in scope.Spans
           select new FoundSpan(span, batch.Resource ?? new Resource(), batch.SchemaUrl, scope.Scope ?? new InstrumentationScope(), scope.SchemaUrl)
    ];

    /// <summary>One line a span, sorted: equal texts mean equal sets of spans.</summary>
    public static string Text(IEnumerable<FoundSpan> spans) => string.Join('\n', spans.Select(s => s.ToString()).Order(StringComparer.Ordinal));

    public override string ToString()
    {
        var span = Span.Clone();
        span.Status ??= new Status();
        if (span.ParentSpanId.Span.IndexOfAnyExcept((byte)0) < 0) span.ParentSpanId = ByteString.Empty;
        Sort(span.Attributes);
        foreach (var e in span.Events) Sort(e.Attributes);
        foreach (var l in span.Links) Sort(l.Attributes);
        Sort(span.Events, e => e.ToString());
        Sort(span.Links, l => l.ToString());
        var resource = Resource.Clone();
        Sort(resource.Attributes);
        var scope = Scope.Clone();
        Sort(scope.Attributes);
        return $"{JsonFormatter.Default.Format(span)} resource={JsonFormatter.Default.Format(resource)} {ResourceSchema} scope={JsonFormatter.Default.Format(scope)} {ScopeSchema}";
    }

    private static void Sort(RepeatedField<KeyValue> attributes)
    {
        foreach (var attribute in attributes) attribute.Value ??= new AnyValue();
        Sort(attributes, a => a.Key + " " + a);
    }

    private static void Sort<T>(RepeatedField<T> items, Func<T, string> text)
    {
        var sorted = items.OrderBy(text, StringComparer.Ordinal).ToList();
        items.Clear();
        items.AddRange(sorted);
    }
}
