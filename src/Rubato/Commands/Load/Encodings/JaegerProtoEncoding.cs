using System.Buffers;
using Rubato.Model.Otlp;

namespace Rubato.Commands.Load.Encodings;

/// <summary>
/// Jaeger's <c>PostSpansRequest</c> (spec/wire-formats.md 2), one message. The process of a request with one resource is the batch's, as clients send it;
/// with several each span has its own, as collectors send what they got from many. Fields are in ascending order and zeros are left out, as generated code does it.
/// </summary>
internal sealed class JaegerProtoEncoding : ILoadEncoding
{
    private const int Sampled = 1;
    private const long NanosPerSecond = 1_000_000_000;

    private readonly ProtoWriter _request = new(64 << 10);

    public void Encode(ReadOnlySpan<byte> otlp, int spans, LoadMessages messages)
    {
        _request.Clear();
        int batch = _request.BeginMessage(1);
        var resources = new ProtoFields(otlp);
        resources.MoveNext();
        var first = new SentResource(resources.Current.Content);
        bool one = first.SpanCount == spans;
        foreach (ProtoField field in new ProtoFields(otlp))
        {
            Spans(new SentResource(field.Content), ownProcess: !one);
        }

        if (one)
        {
            Process(2, first);
        }

        _request.EndMessage(batch);
        messages.Begin();
        messages.Write(_request.Written);
        messages.End(spans);
    }

    private void Spans(in SentResource resource, bool ownProcess)
    {
        foreach (ProtoField field in new ProtoFields(resource.ScopeSpans))
        {
            if (field.Number != SentResource.SpanField)
            {
                continue;
            }

            int span = _request.BeginMessage(1);
            Span(new SentSpan(field.Content), resource);
            if (ownProcess)
            {
                Process(10, resource);
            }

            _request.EndMessage(span);
        }
    }

    private void Process(int field, in SentResource resource)
    {
        int process = _request.BeginMessage(field);
        _request.WriteBytes(1, resource.ServiceName);
        foreach (ProtoField each in new ProtoFields(resource.Resource))
        {
            var attribute = new SentAttribute(each.Content);
            if (!attribute.IsServiceName)
            {
                Tag(2, attribute);
            }
        }

        _request.EndMessage(process);
    }

    private void Span(in SentSpan span, in SentResource resource)
    {
        _request.WriteBytes(1, span.TraceId);
        _request.WriteBytes(2, span.SpanId);
        _request.WriteBytes(3, span.Name);
        if (!span.ParentId.IsEmpty)
        {
            // A reference of type CHILD_OF, which is 0.
            int reference = _request.BeginMessage(4);
            _request.WriteBytes(1, span.TraceId);
            _request.WriteBytes(2, span.ParentId);
            _request.EndMessage(reference);
        }

        _request.WriteVarint(5, Sampled);
        Time(6, span.StartUnixNano);
        Time(7, span.EndUnixNano - span.StartUnixNano);
        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number == SentSpan.AttributeField)
            {
                Tag(8, new SentAttribute(field.Content));
            }
        }

        Tag(8, "span.kind"u8, span.KindName);
        Tag(8, "otel.scope.name"u8, resource.ScopeName);
        Tag(8, "otel.scope.version"u8, resource.ScopeVersion);
        if (span.Failure.IsEmpty)
        {
            return;
        }

        Tag(8, "otel.status_code"u8, "ERROR"u8);
        Tag(8, "otel.status_description"u8, span.Failure);
        int error = BeginTag(8, "error"u8, type: 1);
        _request.WriteVarint(4, 1);
        _request.EndMessage(error);
        foreach (ProtoField field in new ProtoFields(span.Message))
        {
            if (field.Number == SentSpan.EventField)
            {
                Log(new SentEvent(field.Content));
            }
        }
    }

    private void Log(in SentEvent sent)
    {
        int log = _request.BeginMessage(9);
        Time(1, sent.UnixNano);
        Tag(2, "event"u8, sent.Name);
        foreach (ProtoField field in new ProtoFields(sent.Message))
        {
            if (field.Number == SentEvent.AttributeField)
            {
                Tag(2, new SentAttribute(field.Content));
            }
        }

        _request.EndMessage(log);
    }

    // Timestamp and Duration: 1 seconds, 2 nanoseconds.
    private void Time(int field, long nanos)
    {
        int time = _request.BeginMessage(field);
        if (nanos >= NanosPerSecond)
        {
            _request.WriteVarint(1, (ulong)(nanos / NanosPerSecond));
        }

        if (nanos % NanosPerSecond != 0)
        {
            _request.WriteVarint(2, (ulong)(nanos % NanosPerSecond));
        }

        _request.EndMessage(time);
    }

    private void Tag(int field, in SentAttribute attribute)
    {
        if (attribute.Type == SentType.Text)
        {
            Tag(field, attribute.Key, attribute.Text);
            return;
        }

        int tag = BeginTag(field, attribute.Key, attribute.Type == SentType.Bool ? 1u : 2u);
        if (attribute.Number != 0)
        {
            _request.WriteVarint(attribute.Type == SentType.Bool ? 4 : 5, (ulong)attribute.Number);
        }

        _request.EndMessage(tag);
    }

    private void Tag(int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        int tag = BeginTag(field, key, type: 0);
        _request.WriteBytes(3, text);
        _request.EndMessage(tag);
    }

    // KeyValue: 1 key, 2 type (0 text, 1 bool, 2 int), and a field for each type's value.
    private int BeginTag(int field, ReadOnlySpan<byte> key, uint type)
    {
        int tag = _request.BeginMessage(field);
        _request.WriteBytes(1, key);
        if (type != 0)
        {
            _request.WriteVarint(2, type);
        }

        return tag;
    }
}
