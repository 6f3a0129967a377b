using System.Globalization;
using System.Text;
using System.Text.Json;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// Spans as OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): hexadecimal ids, enums as numbers, 64-bit integers as strings.
/// </summary>
public static class OtlpJsonText
{
    /// <summary>A request as one line, as the Collector's file exporter writes and its receiver reads.</summary>
    /// <param name="spans">Neighbours with the same resource and scope become one group.</param>
    /// <param name="output">Gets the line and its end.</param>
    public static void WriteLine(IReadOnlyList<Span> spans, Stream output)
    {
        Write(spans, output, isIndented: false);
        output.Write("\n"u8);
    }

    /// <summary>A request for people to read.</summary>
    public static string Indented(IReadOnlyList<Span> spans)
    {
        var output = new MemoryStream();
        Write(spans, output, isIndented: true);
        return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }

    private static void Write(IReadOnlyList<Span> spans, Stream output, bool isIndented)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = isIndented });
        json.WriteStartObject();
        json.WriteStartArray("resourceSpans");
        for (var i = 0; i < spans.Count;)
            i = WriteResource(json, spans, i);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int WriteResource(Utf8JsonWriter json, IReadOnlyList<Span> spans, int from)
    {
        var resource = spans[from].Resource;
        json.WriteStartObject();
        json.WriteStartObject("resource");
        Attributes(json, resource.Attributes, resource.DroppedAttributesCount);
        json.WriteEndObject();
        json.WriteStartArray("scopeSpans");
        var i = from;
        while (i < spans.Count && ReferenceEquals(spans[i].Resource, resource))
            i = WriteScope(json, spans, i);
        json.WriteEndArray();
        OtlpJsonValues.Text(json, "schemaUrl", resource.SchemaUrl);
        json.WriteEndObject();
        return i;
    }

    private static int WriteScope(Utf8JsonWriter json, IReadOnlyList<Span> spans, int from)
    {
        var (resource, scope) = (spans[from].Resource, spans[from].Scope);
        json.WriteStartObject();
        json.WriteStartObject("scope");
        OtlpJsonValues.Text(json, "name", scope.Name);
        OtlpJsonValues.Text(json, "version", scope.Version);
        Attributes(json, scope.Attributes, scope.DroppedAttributesCount);
        json.WriteEndObject();
        json.WriteStartArray("spans");
        var i = from;
        for (; i < spans.Count && ReferenceEquals(spans[i].Resource, resource) && ReferenceEquals(spans[i].Scope, scope); i++)
            WriteSpan(json, spans[i]);
        json.WriteEndArray();
        OtlpJsonValues.Text(json, "schemaUrl", scope.SchemaUrl);
        json.WriteEndObject();
        return i;
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceId.ToString());
        json.WriteString("spanId", span.SpanId.ToString());
        if (!span.ParentSpanId.IsZero)
            json.WriteString("parentSpanId", span.ParentSpanId.ToString());
        OtlpJsonValues.Text(json, "traceState", span.TraceState);
        Count(json, "flags", span.Flags);
        json.WriteString("name", span.Name);
        json.WriteNumber("kind", (int)span.Kind);
        Int64(json, "startTimeUnixNano", span.StartUnixNano);
        Int64(json, "endTimeUnixNano", span.EndUnixNano);
        Attributes(json, span.Attributes, span.DroppedAttributesCount);
        if (span.Events.Count > 0)
        {
            json.WriteStartArray("events");
            foreach (var e in span.Events)
            {
                json.WriteStartObject();
                Int64(json, "timeUnixNano", e.TimeUnixNano);
                json.WriteString("name", e.Name);
                Attributes(json, e.Attributes, e.DroppedAttributesCount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        Count(json, "droppedEventsCount", span.DroppedEventsCount);
        if (span.Links.Count > 0)
        {
            json.WriteStartArray("links");
            foreach (var link in span.Links)
                WriteLink(json, link);
            json.WriteEndArray();
        }

        Count(json, "droppedLinksCount", span.DroppedLinksCount);
        json.WriteStartObject("status");
        OtlpJsonValues.Text(json, "message", span.StatusMessage);
        if (span.StatusCode != StatusCode.Unset)
            json.WriteNumber("code", (int)span.StatusCode);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, SpanLink link)
    {
        json.WriteStartObject();
        json.WriteString("traceId", Convert.ToHexStringLower(link.TraceId));
        json.WriteString("spanId", Convert.ToHexStringLower(link.SpanId));
        OtlpJsonValues.Text(json, "traceState", link.TraceState);
        Attributes(json, link.Attributes, link.DroppedAttributesCount);
        Count(json, "flags", link.Flags);
        json.WriteEndObject();
    }

    private static void Attributes(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, uint dropped)
    {
        OtlpJsonValues.KeyValues(json, "attributes", attributes);
        Count(json, "droppedAttributesCount", dropped);
    }

    private static void Int64(Utf8JsonWriter json, string name, ulong value) => json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static void Count(Utf8JsonWriter json, string name, uint value)
    {
        if (value > 0)
            json.WriteNumber(name, value);
    }
}
