using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rubato.Commands.Load.Encodings;

/// <summary>
/// Zipkin's version 2 JSON (spec/wire-formats.md 5.2): one array with the request's spans. Zipkin has no resources, so that their attributes are tags of each
/// span, values are texts, and times microseconds; scope, status and events go where OpenTelemetry's exporters put them (5.4).
/// </summary>
internal sealed class ZipkinJsonEncoding : ILoadEncoding
{
    private const int NanosPerMicro = 1_000;

    // Escapes what JSON needs escaped and no more, as other senders do.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _packed = new();

    public void Encode(ReadOnlySpan<byte> otlp, int spans, LoadMessages messages)
    {
        messages.Begin();
        using (var json = new Utf8JsonWriter(messages, Options))
        {
            json.WriteStartArray();
            foreach (ProtoField field in new ProtoFields(otlp))
            {
                var resource = new SentResource(field.Content);
                foreach (ProtoField each in new ProtoFields(resource.ScopeSpans))
                {
                    if (each.Number == SentResource.SpanField)
                    {
                        Span(json, new SentSpan(each.Content), resource);
                    }
                }
            }

            json.WriteEndArray();
        }

        messages.End(spans);
    }

    private void Span(Utf8JsonWriter json, in SentSpan span, in SentResource resource)
    {
        json.WriteStartObject();
        Hex(json, "traceId"u8, span.TraceId);
        if (!span.ParentId.IsEmpty)
        {
            Hex(json, "parentId"u8, span.ParentId);
        }

        Hex(json, "id"u8, span.SpanId);
        ReadOnlySpan<byte> kind = Kind(span.Kind);
        if (!kind.IsEmpty)
        {
            json.WriteString("kind"u8, kind);
        }

        json.WriteString("name"u8, span.Name);
        json.WriteNumber("timestamp"u8, span.StartUnixNano / NanosPerMicro);
        json.WriteNumber("duration"u8, (span.EndUnixNano - span.StartUnixNano) / NanosPerMicro);
        json.WriteStartObject("localEndpoint"u8);
        json.WriteString("serviceName"u8, resource.ServiceName);
        json.WriteEndObject();
        RemoteEndpoint(json, span);
        if (!span.Failure.IsEmpty)
        {
            Annotations(json, span);
        }

        Tags(json, span, resource);
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> Kind(int kind) => kind switch
    {
        2 => "SERVER"u8,
        3 => "CLIENT"u8,
        4 => "PRODUCER"u8,
        5 => "CONSUMER"u8,
        _ => [],
    };

    private static bool IsOfRemoteEndpoint(ReadOnlySpan<byte> key) => key.SequenceEqual("peer.service"u8) || key.SequenceEqual("net.peer.ip"u8);

    private static void RemoteEndpoint(Utf8JsonWriter json, in SentSpan span)
    {
        bool open = false;
        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number != SentSpan.AttributeField)
            {
                continue;
            }

            var attribute = new SentAttribute(field.Content);
            if (!IsOfRemoteEndpoint(attribute.Key))
            {
                continue;
            }

            if (!open)
            {
                json.WriteStartObject("remoteEndpoint"u8);
                open = true;
            }

            json.WriteString(attribute.Key.SequenceEqual("peer.service"u8) ? "serviceName"u8 : "ipv4"u8, attribute.Text);
        }

        if (open)
        {
            json.WriteEndObject();
        }
    }

    private void Annotations(Utf8JsonWriter json, in SentSpan span)
    {
        json.WriteStartArray("annotations"u8);
        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number == SentSpan.EventField)
            {
                var sent = new SentEvent(field.Content);
                json.WriteStartObject();
                json.WriteNumber("timestamp"u8, sent.UnixNano / NanosPerMicro);
                json.WriteString("value"u8, Packed(sent));
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    // name|{attributes}|dropped
    private ReadOnlySpan<byte> Packed(in SentEvent sent)
    {
        _packed.ResetWrittenCount();
        _packed.Write(sent.Name);
        _packed.Write("|"u8);
        using (var attributes = new Utf8JsonWriter(_packed, Options))
        {
            attributes.WriteStartObject();
            foreach (ProtoField field in new ProtoFields(sent.Message))
            {
                if (field.Number == SentEvent.AttributeField)
                {
                    Tag(attributes, new SentAttribute(field.Content));
                }
            }

            attributes.WriteEndObject();
        }

        _packed.Write("|0"u8);
        return _packed.WrittenSpan;
    }

    private static void Tags(Utf8JsonWriter json, in SentSpan span, in SentResource resource)
    {
        json.WriteStartObject("tags"u8);
        foreach (ProtoField field in new ProtoFields(resource.Resource))
        {
            var attribute = new SentAttribute(field.Content);
            if (!attribute.IsServiceName)
            {
                Tag(json, attribute);
            }
        }

        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number != SentSpan.AttributeField)
            {
                continue;
            }

            var attribute = new SentAttribute(field.Content);
            if (!IsOfRemoteEndpoint(attribute.Key))
            {
                Tag(json, attribute);
            }
        }

        if (Kind(span.Kind).IsEmpty)
        {
            json.WriteString("span.kind"u8, span.KindName);
        }

        json.WriteString("otel.library.name"u8, resource.ScopeName);
        json.WriteString("otel.library.version"u8, resource.ScopeVersion);
        if (!span.Failure.IsEmpty)
        {
            json.WriteString("otel.status_code"u8, "STATUS_CODE_ERROR"u8);
            json.WriteString("otel.status_description"u8, span.Failure);
            json.WriteString("error"u8, "true"u8);
        }

        json.WriteEndObject();
    }

    private static void Tag(Utf8JsonWriter json, in SentAttribute attribute)
    {
        switch (attribute.Type)
        {
            case SentType.Text:
                json.WriteString(attribute.Key, attribute.Text);
                break;
            case SentType.Bool:
                json.WriteString(attribute.Key, attribute.Number != 0 ? "true"u8 : "false"u8);
                break;
            default:
                Span<byte> digits = stackalloc byte[20];
                Utf8Formatter.TryFormat(attribute.Number, digits, out int length);
                json.WriteString(attribute.Key, digits[..length]);
                break;
        }
    }

    private static void Hex(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        Span<byte> hex = stackalloc byte[32];
        Convert.TryToHexStringLower(id, hex, out int length);
        json.WriteString(name, hex[..length]);
    }
}
