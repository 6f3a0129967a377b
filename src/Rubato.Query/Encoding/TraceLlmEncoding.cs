using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.Query.Encoding;

/// <summary>
/// Trace by id for language models (spec/http-api.md 3.2): hexadecimal ids, attributes as plain JSON objects, durations
/// in milliseconds. One entry in <c>services</c> for each resource.
/// </summary>
internal static class TraceLlmEncoding
{
    private const string ServiceName = "service.name";

    public static void Write(IReadOnlyList<Span> spans, ulong inspectedBytes, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, ApiJson.Options);
        json.WriteStartObject();
        if (spans.Count > 0)
        {
            json.WriteStartObject("trace");
            json.WriteString("traceId", spans[0].TraceId.ToString());
            WriteServices(json, spans);
            json.WriteEndObject();
            json.WriteStartObject("metrics");
            json.WriteNumber("inspectedBytes", inspectedBytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteServices(Utf8JsonWriter json, IReadOnlyList<Span> spans)
    {
        json.WriteStartArray("services");
        for (var i = 0; i < spans.Count;)
        {
            var resource = spans[i].Resource;
            json.WriteStartObject();
            json.WriteString("serviceName", resource.Attributes.FirstOrDefault(a => a.Key == ServiceName).Value?.ToString() ?? "");
            WriteMap(json, "resource", resource.Attributes.Where(a => a.Key != ServiceName));
            json.WriteStartArray("scopes");
            while (i < spans.Count && ReferenceEquals(spans[i].Resource, resource))
            {
                var scope = spans[i].Scope;
                json.WriteStartObject();
                json.WriteString("name", scope.Name);
                OtlpJsonValues.Text(json, "version", scope.Version);
                json.WriteStartArray("spans");
                for (; i < spans.Count && ReferenceEquals(spans[i].Resource, resource) && ReferenceEquals(spans[i].Scope, scope); i++) WriteSpan(json, spans[i]);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        json.WriteString("spanId", span.SpanId.ToString());
        if (!span.ParentSpanId.IsZero) json.WriteString("parentSpanId", span.ParentSpanId.ToString());
        json.WriteString("name", span.Name);
        OtlpNames.WriteKind(json, "kind", span.Kind);
        json.WriteString("startTimeUnixNano", span.StartUnixNano.ToString(CultureInfo.InvariantCulture));
        json.WriteString("endTimeUnixNano", span.EndUnixNano.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("durationMs", span.DurationNano / 1e6);
        WriteMap(json, "attributes", span.Attributes);
        if (span.Events.Count > 0)
        {
            json.WriteStartArray("events");
            foreach (var item in span.Events)
            {
                json.WriteStartObject();
                json.WriteString("name", item.Name);
                json.WriteString("timeUnixNano", item.TimeUnixNano.ToString(CultureInfo.InvariantCulture));
                WriteMap(json, "attributes", item.Attributes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (span.Links.Count > 0)
        {
            json.WriteStartArray("links");
            foreach (var link in span.Links)
            {
                json.WriteStartObject();
                json.WriteString("traceId", Convert.ToHexStringLower(link.TraceId));
                json.WriteString("spanId", Convert.ToHexStringLower(link.SpanId));
                WriteMap(json, "attributes", link.Attributes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartObject("status");
        OtlpNames.WriteStatus(json, "code", span.StatusCode);
        OtlpJsonValues.Text(json, "message", span.StatusMessage);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A key that comes twice has one place in an object: the first value, which is the one that queries see.
    private static void WriteMap(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, AttributeValue>> attributes)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in attributes.DistinctBy(a => a.Key))
        {
            json.WritePropertyName(key);
            WriteValue(json, value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.String:
                json.WriteStringValue(value.AsString);
                break;
            case AttributeKind.Bool:
                json.WriteBooleanValue(value.AsBool);
                break;
            case AttributeKind.Int:
                json.WriteNumberValue(value.AsInt);
                break;
            case AttributeKind.Double when double.IsFinite(value.AsDouble):
                json.WriteNumberValue(value.AsDouble);
                break;
            case AttributeKind.Double:
                json.WriteStringValue(value.ToString());
                break;
            case AttributeKind.Bytes:
                json.WriteBase64StringValue(value.AsBytes);
                break;
            case AttributeKind.Array:
                json.WriteStartArray();
                foreach (var item in value.AsArray) WriteValue(json, item);
                json.WriteEndArray();
                break;
            case AttributeKind.KeyValueList:
                json.WriteStartObject();
                foreach (var (key, item) in value.AsKeyValueList.DistinctBy(a => a.Key))
                {
                    json.WritePropertyName(key);
                    WriteValue(json, item);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
