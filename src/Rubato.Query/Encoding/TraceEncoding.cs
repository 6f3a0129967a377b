using System.Buffers;
using System.Text.Json;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.Query.Encoding;

/// <summary>What a trace-by-id answer of version 2 says besides the spans.</summary>
/// <param name="InspectedBytes">Bytes read to answer.</param>
/// <param name="PartialMessage">Why the trace is not whole; null when it is.</param>
internal readonly record struct TraceAnswer(ulong InspectedBytes, string? PartialMessage = null);

/// <summary>
/// Trace by id as JSON and protobuf (spec/http-api.md 3.1 and 3.2, spec/grpc-api.md 2.4). The spans come from
/// <see cref="TraceCombiner.Combine"/>: neighbours with the same Resource and Scope objects form a group.
/// </summary>
internal static class TraceEncoding
{
    /// <summary>Version 1: the groups under <c>batches</c>.</summary>
    public static void WriteV1Json(IReadOnlyList<Span> spans, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, ApiJson.Options);
        json.WriteStartObject();
        WriteGroups(json, "batches", spans);
        json.WriteEndObject();
    }

    /// <summary>Version 2; also for a trace that was not found, which is no error there.</summary>
    public static void WriteV2Json(IReadOnlyList<Span> spans, TraceAnswer answer, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, ApiJson.Options);
        json.WriteStartObject();
        json.WriteStartObject("trace");
        WriteGroups(json, "resourceSpans", spans);
        json.WriteEndObject();
        json.WriteStartObject("metrics");
        ApiJson.UInt64(json, "inspectedBytes", answer.InspectedBytes);
        json.WriteEndObject();
        if (answer.PartialMessage is not null)
        {
            json.WriteString("status", "PARTIAL");
            OtlpJsonValues.Text(json, "message", answer.PartialMessage);
        }

        json.WriteEndObject();
    }

    public static ReadOnlyMemory<byte> V1Protobuf(IReadOnlyList<Span> spans) => OtlpWriter.Write(spans);

    public static ReadOnlyMemory<byte> V2Protobuf(IReadOnlyList<Span> spans, TraceAnswer answer)
    {
        var writer = new Model.Otlp.ProtoWriter();
        // Trace and metrics are there even when empty: Grafana reads them without looking.
        var trace = writer.BeginMessage(1);
        OtlpWriter.Write(spans, writer);
        writer.EndMessage(trace);
        var metrics = writer.BeginMessage(2);
        if (answer.InspectedBytes != 0) writer.WriteVarint(1, answer.InspectedBytes);
        writer.EndMessage(metrics);
        if (answer.PartialMessage is not null)
        {
            const uint partial = 1;
            writer.WriteVarint(3, partial);
            if (answer.PartialMessage.Length > 0) writer.WriteString(4, answer.PartialMessage);
        }

        return writer.WrittenMemory;
    }

    private static void WriteGroups(Utf8JsonWriter json, string name, IReadOnlyList<Span> spans)
    {
        if (spans.Count == 0) return;
        json.WriteStartArray(name);
        for (var i = 0; i < spans.Count;)
        {
            var resource = spans[i].Resource;
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, resource.Attributes, resource.DroppedAttributesCount);
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            while (i < spans.Count && ReferenceEquals(spans[i].Resource, resource))
            {
                var scope = spans[i].Scope;
                json.WriteStartObject();
                json.WriteStartObject("scope");
                OtlpJsonValues.Text(json, "name", scope.Name);
                OtlpJsonValues.Text(json, "version", scope.Version);
                WriteAttributes(json, scope.Attributes, scope.DroppedAttributesCount);
                json.WriteEndObject();
                json.WriteStartArray("spans");
                for (; i < spans.Count && ReferenceEquals(spans[i].Resource, resource) && ReferenceEquals(spans[i].Scope, scope); i++) WriteSpan(json, spans[i]);
                json.WriteEndArray();
                OtlpJsonValues.Text(json, "schemaUrl", scope.SchemaUrl);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            OtlpJsonValues.Text(json, "schemaUrl", resource.SchemaUrl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Keys in the order in which OTLP's trace.proto declares the fields; flags stand there before the name.
    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        Span<byte> id = stackalloc byte[TraceId.Size];
        json.WriteStartObject();
        span.TraceId.Write(id);
        json.WriteBase64String("traceId", id);
        span.SpanId.Write(id);
        json.WriteBase64String("spanId", id[..SpanId.Size]);
        OtlpJsonValues.Text(json, "traceState", span.TraceState);
        if (!span.ParentSpanId.IsZero)
        {
            span.ParentSpanId.Write(id);
            json.WriteBase64String("parentSpanId", id[..SpanId.Size]);
        }

        ApiJson.UInt32(json, "flags", span.Flags);
        OtlpJsonValues.Text(json, "name", span.Name);
        OtlpNames.WriteKind(json, "kind", span.Kind);
        ApiJson.UInt64(json, "startTimeUnixNano", span.StartUnixNano);
        ApiJson.UInt64(json, "endTimeUnixNano", span.EndUnixNano);
        WriteAttributes(json, span.Attributes, span.DroppedAttributesCount);
        if (span.Events.Count > 0)
        {
            json.WriteStartArray("events");
            foreach (var item in span.Events)
            {
                json.WriteStartObject();
                ApiJson.UInt64(json, "timeUnixNano", item.TimeUnixNano);
                OtlpJsonValues.Text(json, "name", item.Name);
                WriteAttributes(json, item.Attributes, item.DroppedAttributesCount);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        ApiJson.UInt32(json, "droppedEventsCount", span.DroppedEventsCount);
        WriteLinks(json, span.Links);
        ApiJson.UInt32(json, "droppedLinksCount", span.DroppedLinksCount);
        json.WriteStartObject("status");
        OtlpJsonValues.Text(json, "message", span.StatusMessage);
        OtlpNames.WriteStatus(json, "code", span.StatusCode);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, IReadOnlyList<SpanLink> links)
    {
        if (links.Count == 0) return;
        json.WriteStartArray("links");
        foreach (var link in links)
        {
            json.WriteStartObject();
            if (link.TraceId.Length > 0) json.WriteBase64String("traceId", link.TraceId);
            if (link.SpanId.Length > 0) json.WriteBase64String("spanId", link.SpanId);
            OtlpJsonValues.Text(json, "traceState", link.TraceState);
            WriteAttributes(json, link.Attributes, link.DroppedAttributesCount);
            ApiJson.UInt32(json, "flags", link.Flags);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, uint dropped)
    {
        OtlpJsonValues.KeyValues(json, "attributes", attributes);
        ApiJson.UInt32(json, "droppedAttributesCount", dropped);
    }
}
