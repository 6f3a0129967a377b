using System.Buffers.Binary;

namespace Rubato.Commands.Load.Encodings;

/// <summary>
/// Jaeger's Thrift <c>Batch</c> in the binary protocol (spec/wire-formats.md 3), one for each process. It has microseconds and no place for a scope,
/// which is left out.
/// </summary>
internal sealed class JaegerThriftEncoding : ILoadEncoding
{
    private const int Sampled = 1;
    private const int NanosPerMicro = 1_000;

    // Numbers of TagType.
    private const int TextTag = 0, BoolTag = 2, LongTag = 3;

    public void Encode(ReadOnlySpan<byte> otlp, int spans, LoadMessages messages)
    {
        var output = new ThriftOutput(messages);
        foreach (ProtoField field in new ProtoFields(otlp))
        {
            var resource = new SentResource(field.Content);
            messages.Begin();
            Batch(output, resource);
            messages.End(resource.SpanCount);
        }
    }

    private static void Batch(ThriftOutput output, in SentResource resource)
    {
        output.BeginStruct(1);
        output.Text(1, resource.ServiceName);
        int count = 0;
        int tags = output.BeginList(2);
        foreach (ProtoField field in new ProtoFields(resource.Resource))
        {
            var attribute = new SentAttribute(field.Content);
            if (!attribute.IsServiceName)
            {
                Tag(output, attribute);
                count++;
            }
        }

        output.EndList(tags, count);
        output.EndStruct();

        int spans = output.BeginList(2);
        foreach (ProtoField field in new ProtoFields(resource.ScopeSpans))
        {
            if (field.Number == SentResource.SpanField)
            {
                Span(output, new SentSpan(field.Content));
            }
        }

        output.EndList(spans, resource.SpanCount);
        output.EndStruct();
    }

    private static void Span(ThriftOutput output, in SentSpan span)
    {
        output.Long(1, BinaryPrimitives.ReadInt64BigEndian(span.TraceId[8..]));
        output.Long(2, BinaryPrimitives.ReadInt64BigEndian(span.TraceId));
        output.Long(3, BinaryPrimitives.ReadInt64BigEndian(span.SpanId));
        output.Long(4, span.ParentId.IsEmpty ? 0 : BinaryPrimitives.ReadInt64BigEndian(span.ParentId));
        output.Text(5, span.Name);
        output.Int(7, Sampled);
        output.Long(8, span.StartUnixNano / NanosPerMicro);
        output.Long(9, (span.EndUnixNano - span.StartUnixNano) / NanosPerMicro);

        int count = 1;
        int tags = output.BeginList(10);
        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number == SentSpan.AttributeField)
            {
                Tag(output, new SentAttribute(field.Content));
                count++;
            }
        }

        Tag(output, "span.kind"u8, span.KindName);
        if (!span.Failure.IsEmpty)
        {
            Tag(output, "otel.status_code"u8, "ERROR"u8);
            Tag(output, "otel.status_description"u8, span.Failure);
            output.Text(1, "error"u8);
            output.Int(2, BoolTag);
            output.Bool(5, value: true);
            output.EndStruct();
            count += 3;
        }

        output.EndList(tags, count);
        if (!span.Failure.IsEmpty)
        {
            Logs(output, span);
        }

        output.EndStruct();
    }

    private static void Logs(ThriftOutput output, in SentSpan span)
    {
        int logs = 0;
        int list = output.BeginList(11);
        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number == SentSpan.EventField)
            {
                Log(output, new SentEvent(field.Content));
                logs++;
            }
        }

        output.EndList(list, logs);
    }

    private static void Log(ThriftOutput output, in SentEvent sent)
    {
        output.Long(1, sent.UnixNano / NanosPerMicro);
        int count = 1;
        int fields = output.BeginList(2);
        Tag(output, "event"u8, sent.Name);
        foreach (ProtoField field in new ProtoFields(sent.Message))
        {
            if (field.Number == SentEvent.AttributeField)
            {
                Tag(output, new SentAttribute(field.Content));
                count++;
            }
        }

        output.EndList(fields, count);
        output.EndStruct();
    }

    private static void Tag(ThriftOutput output, in SentAttribute attribute)
    {
        switch (attribute.Type)
        {
            case SentType.Text:
                Tag(output, attribute.Key, attribute.Text);
                return;
            case SentType.Bool:
                output.Text(1, attribute.Key);
                output.Int(2, BoolTag);
                output.Bool(5, attribute.Number != 0);
                break;
            default:
                output.Text(1, attribute.Key);
                output.Int(2, LongTag);
                output.Long(6, attribute.Number);
                break;
        }

        output.EndStruct();
    }

    private static void Tag(ThriftOutput output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        output.Text(1, key);
        output.Int(2, TextTag);
        output.Text(3, text);
        output.EndStruct();
    }
}
