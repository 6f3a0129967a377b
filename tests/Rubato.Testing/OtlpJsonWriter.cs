using System.Globalization;
using System.Text.Json;
using Rubato.Model.Spans;

namespace Rubato.Testing;

/// <summary>Writes plain spans as OTLP/JSON, as an SDK would: hex ids, 64-bit integers as strings.</summary>
public static class OtlpJsonWriter
{
    public static byte[] Write(IReadOnlyList<Span> spans)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceSpans");
            foreach (var span in spans)
            {
                json.WriteStartObject();
                json.WriteStartObject("resource");
                Attributes(json, span.Resource.Attributes, span.Resource.DroppedAttributesCount);
                json.WriteEndObject();
                json.WriteString("schemaUrl", span.Resource.SchemaUrl);
                json.WriteStartArray("scopeSpans");
                json.WriteStartObject();
                json.WriteStartObject("scope");
                json.WriteString("name", span.Scope.Name);
                json.WriteString("version", span.Scope.Version);
                Attributes(json, span.Scope.Attributes, span.Scope.DroppedAttributesCount);
                json.WriteEndObject();
                json.WriteStartArray("spans");
                Write(json, span);
                json.WriteEndArray();
                json.WriteString("schemaUrl", span.Scope.SchemaUrl);
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.TraceId.ToString());
        json.WriteString("spanId", span.SpanId.ToString());
        json.WriteString("parentSpanId", span.ParentSpanId.IsZero ? "" : span.ParentSpanId.ToString().ToUpperInvariant());
        json.WriteString("traceState", span.TraceState);
        json.WriteString("name", span.Name);
        json.WriteNumber("kind", (int)span.Kind);
        Number(json, "startTimeUnixNano", span.StartUnixNano);
        Number(json, "endTimeUnixNano", span.EndUnixNano);
        Attributes(json, span.Attributes, span.DroppedAttributesCount);
        json.WriteStartArray("events");
        foreach (var e in span.Events)
        {
            json.WriteStartObject();
            Number(json, "timeUnixNano", e.TimeUnixNano);
            json.WriteString("name", e.Name);
            Attributes(json, e.Attributes, e.DroppedAttributesCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("droppedEventsCount", span.DroppedEventsCount);
        json.WriteStartArray("links");
        foreach (var l in span.Links)
        {
            json.WriteStartObject();
            json.WriteString("traceId", Convert.ToHexString(l.TraceId));
            json.WriteString("spanId", Convert.ToHexStringLower(l.SpanId));
            json.WriteString("traceState", l.TraceState);
            json.WriteNumber("flags", l.Flags);
            Attributes(json, l.Attributes, l.DroppedAttributesCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("droppedLinksCount", span.DroppedLinksCount);
        json.WriteNumber("flags", span.Flags);
        json.WriteStartObject("status");
        json.WriteString("message", span.StatusMessage);
        json.WriteNumber("code", (int)span.StatusCode);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Attributes(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, uint dropped)
    {
        json.WriteStartArray("attributes");
        KeyValues(json, attributes);
        json.WriteEndArray();
        json.WriteNumber("droppedAttributesCount", dropped);
    }

    private static void KeyValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WritePropertyName("value");
            Value(json, value);
            json.WriteEndObject();
        }
    }

    private static void Value(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        switch (value.Kind)
        {
            case AttributeKind.String:
                json.WriteString("stringValue", value.AsString);
                break;
            case AttributeKind.Bool:
                json.WriteBoolean("boolValue", value.AsBool);
                break;
            case AttributeKind.Int:
                json.WriteString("intValue", value.AsInt.ToString(CultureInfo.InvariantCulture));
                break;
            case AttributeKind.Double when double.IsFinite(value.AsDouble):
                json.WriteNumber("doubleValue", value.AsDouble);
                break;
            case AttributeKind.Double:
                json.WriteString("doubleValue", value.AsDouble.ToString(CultureInfo.InvariantCulture));
                break;
            case AttributeKind.Bytes:
                json.WriteBase64String("bytesValue", value.AsBytes);
                break;
            case AttributeKind.Array:
                json.WriteStartObject("arrayValue");
                json.WriteStartArray("values");
                foreach (var item in value.AsArray) Value(json, item);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case AttributeKind.KeyValueList:
                json.WriteStartObject("kvlistValue");
                json.WriteStartArray("values");
                KeyValues(json, value.AsKeyValueList);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    // A number up to what every JSON reader holds exactly, else a string: both forms are allowed and both occur.
    private static void Number(Utf8JsonWriter json, string name, ulong value)
    {
        if (value < 1UL << 53) json.WriteNumber(name, value);
        else json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }
}
