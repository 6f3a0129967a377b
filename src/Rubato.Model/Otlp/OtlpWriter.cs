using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// Encodes plain spans as OTLP TracesData, which is also an ExportTraceServiceRequest and Tempo's Trace (spec/wire-formats.md
/// 1.1, grpc-api.md 2.4). Spans that follow each other with the same Resource object share a ResourceSpans, likewise scopes:
/// the order of the spans is kept. Resource, scope and status are always written, even empty: Grafana reads them without
/// looking whether they are there.
/// </summary>
public static class OtlpWriter
{
    public static byte[] Write(IReadOnlyList<Span> spans)
    {
        var writer = new ProtoWriter(64 + (spans.Count * 256));
        Write(spans, writer);
        return writer.ToArray();
    }

    public static void Write(IReadOnlyList<Span> spans, ProtoWriter writer)
    {
        for (var i = 0; i < spans.Count;)
        {
            var resource = spans[i].Resource;
            var resourceSpans = writer.BeginMessage(1);
            WriteResource(writer, resource);
            while (i < spans.Count && ReferenceEquals(spans[i].Resource, resource))
            {
                var scope = spans[i].Scope;
                var scopeSpans = writer.BeginMessage(2);
                WriteScope(writer, scope);
                for (; i < spans.Count && ReferenceEquals(spans[i].Resource, resource) && ReferenceEquals(spans[i].Scope, scope); i++)
                    WriteSpan(writer, spans[i]);
                WriteText(writer, 3, scope.SchemaUrl);
                writer.EndMessage(scopeSpans);
            }

            WriteText(writer, 3, resource.SchemaUrl);
            writer.EndMessage(resourceSpans);
        }
    }

    public static void WriteAnyValue(ProtoWriter writer, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.String:
                writer.WriteString(1, value.AsString);
                break;
            case AttributeKind.Bool:
                writer.WriteVarint(2, value.AsBool ? 1u : 0u);
                break;
            case AttributeKind.Int:
                writer.WriteVarint(3, (ulong)value.AsInt);
                break;
            case AttributeKind.Double:
                writer.WriteFixed64(4, BitConverter.DoubleToUInt64Bits(value.AsDouble));
                break;
            case AttributeKind.Bytes:
                writer.WriteBytes(7, value.AsBytes);
                break;
            case AttributeKind.Array:
                var array = writer.BeginMessage(5);
                foreach (var item in value.AsArray)
                {
                    var start = writer.BeginMessage(1);
                    WriteAnyValue(writer, item);
                    writer.EndMessage(start);
                }

                writer.EndMessage(array);
                break;
            case AttributeKind.KeyValueList:
                var list = writer.BeginMessage(6);
                WriteAttributes(writer, 1, value.AsKeyValueList);
                writer.EndMessage(list);
                break;
        }
    }

    /// <summary>Writes KeyValue messages as a repeated field.</summary>
    public static void WriteAttributes(ProtoWriter writer, int field, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            var start = writer.BeginMessage(field);
            WriteText(writer, 1, key);
            var any = writer.BeginMessage(2);
            WriteAnyValue(writer, value);
            writer.EndMessage(any);
            writer.EndMessage(start);
        }
    }

    private static void WriteResource(ProtoWriter writer, Resource resource)
    {
        var start = writer.BeginMessage(1);
        WriteAttributes(writer, 1, resource.Attributes);
        WriteCount(writer, 2, resource.DroppedAttributesCount);
        writer.EndMessage(start);
    }

    private static void WriteScope(ProtoWriter writer, InstrumentationScope scope)
    {
        var start = writer.BeginMessage(1);
        WriteText(writer, 1, scope.Name);
        WriteText(writer, 2, scope.Version);
        WriteAttributes(writer, 3, scope.Attributes);
        WriteCount(writer, 4, scope.DroppedAttributesCount);
        writer.EndMessage(start);
    }

    private static void WriteSpan(ProtoWriter writer, Span span)
    {
        Span<byte> id = stackalloc byte[TraceId.Size];
        var start = writer.BeginMessage(2);
        span.TraceId.Write(id);
        writer.WriteBytes(1, id);
        span.SpanId.Write(id);
        writer.WriteBytes(2, id[..SpanId.Size]);
        WriteText(writer, 3, span.TraceState);
        if (!span.ParentSpanId.IsZero)
        {
            span.ParentSpanId.Write(id);
            writer.WriteBytes(4, id[..SpanId.Size]);
        }

        WriteText(writer, 5, span.Name);
        if (span.Kind != SpanKind.Unspecified) writer.WriteVarint(6, (ulong)(long)span.Kind);
        if (span.StartUnixNano != 0) writer.WriteFixed64(7, span.StartUnixNano);
        if (span.EndUnixNano != 0) writer.WriteFixed64(8, span.EndUnixNano);
        WriteAttributes(writer, 9, span.Attributes);
        WriteCount(writer, 10, span.DroppedAttributesCount);
        foreach (var item in span.Events) WriteEvent(writer, item);
        WriteCount(writer, 12, span.DroppedEventsCount);
        foreach (var link in span.Links) WriteLink(writer, link);
        WriteCount(writer, 14, span.DroppedLinksCount);
        var status = writer.BeginMessage(15);
        WriteText(writer, 2, span.StatusMessage);
        if (span.StatusCode != StatusCode.Unset) writer.WriteVarint(3, (ulong)(long)span.StatusCode);
        writer.EndMessage(status);
        if (span.Flags != 0) writer.WriteFixed32(16, span.Flags);
        writer.EndMessage(start);
    }

    private static void WriteEvent(ProtoWriter writer, SpanEvent item)
    {
        var start = writer.BeginMessage(11);
        if (item.TimeUnixNano != 0) writer.WriteFixed64(1, item.TimeUnixNano);
        WriteText(writer, 2, item.Name);
        WriteAttributes(writer, 3, item.Attributes);
        WriteCount(writer, 4, item.DroppedAttributesCount);
        writer.EndMessage(start);
    }

    private static void WriteLink(ProtoWriter writer, SpanLink link)
    {
        var start = writer.BeginMessage(13);
        if (link.TraceId.Length > 0) writer.WriteBytes(1, link.TraceId);
        if (link.SpanId.Length > 0) writer.WriteBytes(2, link.SpanId);
        WriteText(writer, 3, link.TraceState);
        WriteAttributes(writer, 4, link.Attributes);
        WriteCount(writer, 5, link.DroppedAttributesCount);
        if (link.Flags != 0) writer.WriteFixed32(6, link.Flags);
        writer.EndMessage(start);
    }

    private static void WriteText(ProtoWriter writer, int field, string text)
    {
        if (text.Length > 0) writer.WriteString(field, text);
    }

    private static void WriteCount(ProtoWriter writer, int field, uint count)
    {
        if (count != 0) writer.WriteVarint(field, count);
    }
}
