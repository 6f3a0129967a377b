using System.Text;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

// The plain twin of the column decoder: objects, for tests and tools. Shares the rules about ids and the field scanner,
// so that both leave out the same spans.
public static partial class OtlpReader
{
    /// <summary>Spans with good ids as plain objects, in the order of the wire. Spans of a group share Resource and Scope objects.</summary>
    public static List<Span> ReadSpans(ReadOnlySpan<byte> request)
    {
        var spans = new List<Span>();
        var reader = new WireReader(request);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field == 1 && wireType == 2 && reader.TryReadBytes(out var message))
            {
                var parts = OtlpContainer.Scan(message, OtlpMessage.ResourceSpans);
                ReadScopes(message, parts.ItemField, PlainResource(in parts), spans);
            }
            else if (!reader.TrySkip(wireType))
            {
                break;
            }
        }

        return spans;
    }

    private static void ReadScopes(ReadOnlySpan<byte> resourceSpans, int itemField, Resource resource, List<Span> spans)
    {
        var counts = default(OtlpCounts);
        foreach (var scopeSpans in new OtlpFields(resourceSpans, itemField))
        {
            var parts = OtlpContainer.Scan(scopeSpans, OtlpMessage.ScopeSpans);
            var scope = PlainScope(in parts);
            foreach (var message in new OtlpFields(scopeSpans, 2))
            {
                var fields = default(OtlpSpanFields);
                fields.Scan(message);
                if (OtlpIds.Check(fields.TraceId, fields.SpanId, ref counts)) spans.Add(PlainSpan(message, ref fields, resource, scope));
            }
        }
    }

    private static Span PlainSpan(ReadOnlySpan<byte> message, ref OtlpSpanFields fields, Resource resource, InstrumentationScope scope)
    {
        var header = fields.ToHeader();
        var events = new List<SpanEvent>();
        foreach (var item in new OtlpFields(message, 11))
        {
            events.Add(new SpanEvent
            {
                TimeUnixNano = OtlpFields.LastFixed64(item, 1),
                Name = Text(OtlpFields.LastBytes(item, 2)),
                Attributes = PlainAttributes(item, 3),
                DroppedAttributesCount = (uint)OtlpFields.LastVarint(item, 4),
            });
        }

        var links = new List<SpanLink>();
        foreach (var item in new OtlpFields(message, 13))
        {
            links.Add(new SpanLink
            {
                TraceId = OtlpFields.LastBytes(item, 1).ToArray(),
                SpanId = OtlpFields.LastBytes(item, 2).ToArray(),
                TraceState = Text(OtlpFields.LastBytes(item, 3)),
                Attributes = PlainAttributes(item, 4),
                DroppedAttributesCount = (uint)OtlpFields.LastVarint(item, 5),
                Flags = OtlpFields.LastFixed32(item, 6),
            });
        }

        return new Span
        {
            TraceId = header.TraceId,
            SpanId = header.SpanId,
            ParentSpanId = header.ParentSpanId,
            Name = Text(header.Name),
            Kind = (SpanKind)header.Kind,
            StatusCode = (StatusCode)header.StatusCode,
            StatusMessage = Text(header.StatusMessage),
            StartUnixNano = header.StartUnixNano,
            EndUnixNano = header.EndUnixNano,
            TraceState = Text(header.TraceState),
            Flags = header.Flags,
            DroppedAttributesCount = header.DroppedAttributesCount,
            DroppedEventsCount = header.DroppedEventsCount,
            DroppedLinksCount = header.DroppedLinksCount,
            Attributes = PlainAttributes(message, 9),
            Events = events,
            Links = links,
            Resource = resource,
            Scope = scope,
        };
    }

    private static Resource PlainResource(in OtlpContainer container) => new()
    {
        Attributes = PlainAttributes(container.Owner, 1),
        DroppedAttributesCount = (uint)OtlpFields.LastVarint(container.Owner, 2),
        SchemaUrl = Text(container.SchemaUrl),
    };

    private static InstrumentationScope PlainScope(in OtlpContainer container) => new()
    {
        Name = Text(OtlpFields.LastBytes(container.Owner, 1)),
        Version = Text(OtlpFields.LastBytes(container.Owner, 2)),
        Attributes = PlainAttributes(container.Owner, 3),
        DroppedAttributesCount = (uint)OtlpFields.LastVarint(container.Owner, 4),
        SchemaUrl = Text(container.SchemaUrl),
    };

    private static List<KeyValuePair<string, AttributeValue>> PlainAttributes(ReadOnlySpan<byte> message, int field)
    {
        var attributes = new List<KeyValuePair<string, AttributeValue>>();
        foreach (var item in new OtlpFields(message, field))
            attributes.Add(new(Text(OtlpFields.LastBytes(item, 1)), AnyValueReader.Read(OtlpFields.LastBytes(item, 2))));
        return attributes;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
