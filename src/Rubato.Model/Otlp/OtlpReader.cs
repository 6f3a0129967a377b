using System.Buffers;
using System.Buffers.Binary;
using Rubato.Model.Columns;

namespace Rubato.Model.Otlp;

/// <summary>
/// Decodes an ExportTraceServiceRequest straight into columns: no object a span, no string an attribute. Never fails and
/// never throws on any input, as it runs under the tenant's lock after the bytes were acknowledged: a malformed part ends
/// the message that it is in. <see cref="OtlpValidator"/> is who refuses malformed requests.
/// </summary>
public static partial class OtlpReader
{
    public static OtlpCounts Read(ReadOnlySpan<byte> request, SpanBatchBuilder builder)
    {
        var all = default(AcceptAllSpans);
        return Read(request, builder, ref all);
    }

    /// <summary>Leaves out spans with bad ids and those that the filter refuses.</summary>
    public static OtlpCounts Read<TFilter>(ReadOnlySpan<byte> request, SpanBatchBuilder builder, ref TFilter filter)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var counts = default(OtlpCounts);
        var reader = new WireReader(request);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field == 1 && wireType == 2)
            {
                if (!reader.TryReadBytes(out var resourceSpans)) break;
                ReadResourceSpans(resourceSpans, builder, ref filter, ref counts);
            }
            else if (!reader.TrySkip(wireType))
            {
                break;
            }
        }

        return counts;
    }

    private static void ReadResourceSpans<TFilter>(ReadOnlySpan<byte> message, SpanBatchBuilder builder, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        // The resource and its schema url may come after the spans, so they are looked for first: this steps over the spans.
        var parts = OtlpContainer.Scan(message, OtlpMessage.ResourceSpans);
        var resourceRow = -1;
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field == parts.ItemField && wireType == 2)
            {
                if (!reader.TryReadBytes(out var scopeSpans)) break;
                ReadScopeSpans(scopeSpans, builder, in parts, ref resourceRow, ref filter, ref counts);
            }
            else if (!reader.TrySkip(wireType))
            {
                break;
            }
        }
    }

    private static void ReadScopeSpans<TFilter>(
        ReadOnlySpan<byte> message, SpanBatchBuilder builder, in OtlpContainer resource, ref int resourceRow, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var scope = OtlpContainer.Scan(message, OtlpMessage.ScopeSpans);
        var scopeRow = -1;
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field != 2 || wireType != 2)
            {
                if (!reader.TrySkip(wireType)) break;
                continue;
            }

            if (!reader.TryReadBytes(out var bytes)) break;
            var span = default(OtlpSpanFields);
            span.Scan(bytes);
            if (!OtlpIds.Check(span.TraceId, span.SpanId, ref counts)) continue;
            if (!filter.Accept(Spans.TraceId.Read(span.TraceId), bytes.Length))
            {
                counts.Refused++;
                continue;
            }

            // Not before a span is kept: a request of refused spans leaves no rows behind.
            if (resourceRow < 0) resourceRow = InternResource(in resource, builder);
            if (scopeRow < 0) scopeRow = InternScope(in scope, builder);
            counts.Accepted++;
            if (span.ParentSpanId.Length is not (0 or Spans.SpanId.Size)) counts.BadParentIds++;
            var row = builder.AddSpan(in span.ToHeader(), resourceRow, scopeRow);
            if (span.FirstChild >= 0) ReadChildren(bytes, span.FirstChild, builder, row);
        }
    }

    /// <summary>Attributes, events and links, once the span has its row.</summary>
    private static void ReadChildren(ReadOnlySpan<byte> span, int start, SpanBatchBuilder builder, int row)
    {
        var attributes = builder.SpanAttributes;
        // Attributes shorter than 128 bytes come first and are nearly all there is: tag, length, content.
        while (span.Length - start >= 2 && span[start] == 0x4A && span[start + 1] < 0x80 && span[start + 1] + 2 <= span.Length - start)
        {
            var keyValue = span.Slice(start + 2, span[start + 1]);
            if (!attributes.TryAddUsual(row, keyValue)) OtlpAttributes.Add(attributes, row, keyValue);
            start += 2 + keyValue.Length;
        }

        var reader = new WireReader(span) { Position = start };
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (wireType != 2)
            {
                if (!reader.TrySkip(wireType)) return;
                continue;
            }

            if (!reader.TryReadBytes(out var value)) return;
            switch (field)
            {
                case 9:
                    OtlpAttributes.Add(attributes, row, value);
                    break;
                case 11:
                    ReadEvent(value, builder);
                    break;
                case 13:
                    ReadLink(value, builder);
                    break;
            }
        }
    }

    private static void ReadEvent(ReadOnlySpan<byte> message, SpanBatchBuilder builder)
    {
        ulong time = 0;
        uint dropped = 0;
        ReadOnlySpan<byte> name = default;
        var first = -1;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) break;
            switch (field, wireType)
            {
                case (1, 1) when reader.TryReadFixed64(out time):
                case (2, 2) when reader.TryReadBytes(out name):
                    break;
                case (4, 0) when reader.TryReadVarint(out var number):
                    dropped = (uint)number;
                    break;
                default:
                    if (field == 3 && first < 0) first = at;
                    if (!reader.TrySkip(wireType)) goto end;
                    break;
            }
        }

        end:
        var row = builder.AddEvent(time, name, dropped);
        if (first >= 0) OtlpAttributes.AddAll(builder.Events.Attributes, row, message[first..], attributeField: 3);
    }

    private static void ReadLink(ReadOnlySpan<byte> message, SpanBatchBuilder builder)
    {
        ReadOnlySpan<byte> traceId = default, spanId = default, traceState = default;
        uint dropped = 0, flags = 0;
        var first = -1;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) break;
            switch (field, wireType)
            {
                case (1, 2) when reader.TryReadBytes(out traceId):
                case (2, 2) when reader.TryReadBytes(out spanId):
                case (3, 2) when reader.TryReadBytes(out traceState):
                case (6, 5) when reader.TryReadFixed32(out flags):
                    break;
                case (5, 0) when reader.TryReadVarint(out var number):
                    dropped = (uint)number;
                    break;
                default:
                    if (field == 4 && first < 0) first = at;
                    if (!reader.TrySkip(wireType)) goto end;
                    break;
            }
        }

        end:
        var row = builder.AddLink(traceId, spanId, traceState, flags, dropped);
        if (first >= 0) OtlpAttributes.AddAll(builder.Links.Attributes, row, message[first..], attributeField: 4);
    }
}
