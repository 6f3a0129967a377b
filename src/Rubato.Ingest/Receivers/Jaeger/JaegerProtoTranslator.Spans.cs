using System.Buffers.Binary;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>One span of Jaeger's gRPC, field by field.</summary>
internal static partial class JaegerProtoTranslator
{
    private static bool TryWriteSpan(ReadOnlySpan<byte> message, OtlpTranslation output)
    {
        var writer = output.Writer;
        var tags = new JaegerSpanTags(isGrpc: true);
        ReadOnlySpan<byte> traceId = default, spanId = default;
        ulong start = 0;
        Int128 duration = 0;
        // References need the trace id, which may come later: where they lie is noted, and read again when all is known.
        int firstReference = -1, lastReference = -1;

        output.BeginSpan();
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (wireType != 2 || field is < 1 or > 9 or 5)
            {
                // Flags, warnings and process are not kept or are known already.
                if (!reader.TrySkip(wireType)) return false;
                continue;
            }

            if (!reader.TryReadBytes(out var value)) return false;
            switch (field)
            {
                case 1:
                    traceId = value;
                    break;
                case 2:
                    spanId = value;
                    break;
                case 3:
                    writer.WriteBytes(5, value);
                    break;
                case 4:
                    if (firstReference < 0) firstReference = at;
                    lastReference = at;
                    break;
                case 6:
                    if (!TryReadTime(value, out var seconds, out var nanoseconds)) return false;
                    start = JaegerTime.FromSeconds(seconds, nanoseconds);
                    break;
                case 7:
                    if (!TryReadTime(value, out seconds, out nanoseconds)) return false;
                    duration = ((Int128)seconds * 1_000_000_000) + nanoseconds;
                    break;
                case 8:
                    if (!TryReadTag(value, out var tag)) return false;
                    tags.Add(tag, writer);
                    break;
                case 9:
                    if (!TryWriteLog(value, writer)) return false;
                    break;
            }
        }

        if (start != 0) writer.WriteFixed64(7, start);
        if (JaegerTime.Add(start, duration) is var end and not 0) writer.WriteFixed64(8, end);
        WriteIds(traceId, spanId, output, out var traceHigh, out var traceLow);
        if (firstReference >= 0 && !TryWriteReferences(message, firstReference, lastReference, traceHigh, traceLow, output)) return false;
        tags.Finish(writer);
        output.EndSpan(tags.ScopeName, tags.ScopeVersion);
        return true;
    }

    /// <summary>
    /// 16 bytes, or 8 for the low half. Ids of other lengths are written as they are: the distributor then refuses the span and keeps the
    /// others. Of a span without id nothing is written, which it refuses too.
    /// </summary>
    private static void WriteIds(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId, OtlpTranslation output, out ulong traceHigh, out ulong traceLow)
    {
        var isGood = TryReadTraceId(traceId, out traceHigh, out traceLow);
        if (spanId.Length == 0) return;
        if (isGood) output.WriteTraceId(traceHigh, traceLow);
        else output.Writer.WriteBytes(1, traceId);
        output.Writer.WriteBytes(2, spanId);
    }

    private static bool TryWriteReferences(
        ReadOnlySpan<byte> span, int first, int last, ulong traceHigh, ulong traceLow, OtlpTranslation output)
    {
        var parent = default(JaegerParent);
        var reader = new WireReader(span) { Position = first };
        while (reader.Position <= last)
        {
            if (!TryNextReference(ref reader, out var reference, out var isReference)) return false;
            if (isReference) parent.Look(reference, traceHigh, traceLow);
        }

        if (parent.SpanId != 0) output.WriteSpanId(4, parent.SpanId);
        reader.Position = first;
        while (reader.Position <= last)
        {
            if (!TryNextReference(ref reader, out var reference, out var isReference)) return false;
            if (isReference && reference.IsLink(parent.SpanId)) reference.WriteLink(output);
        }

        return true;
    }

    private static bool TryNextReference(ref WireReader span, out JaegerReference reference, out bool isReference)
    {
        reference = default;
        isReference = false;
        if (!span.TryReadTag(out var field, out var wireType)) return false;
        isReference = field == 4 && wireType == 2;
        return isReference ? span.TryReadBytes(out var message) && TryReadReference(message, out reference) : span.TrySkip(wireType);
    }

    /// <summary>SpanRef{1 trace_id, 2 span_id, 3 ref_type}.</summary>
    private static bool TryReadReference(ReadOnlySpan<byte> message, out JaegerReference reference)
    {
        ReadOnlySpan<byte> traceId = default, spanId = default;
        ulong type = 0;
        reference = default;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var read = (field, wireType) switch
            {
                (1, 2) => reader.TryReadBytes(out traceId),
                (2, 2) => reader.TryReadBytes(out spanId),
                (3, 0) => reader.TryReadVarint(out type),
                _ => reader.TrySkip(wireType),
            };
            if (!read) return false;
        }

        // Ids of other lengths count as none: zeros.
        TryReadTraceId(traceId, out var high, out var low);
        var id = spanId.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(spanId) : 0;
        reference = new JaegerReference(high, low, id, IsFollowsFrom: type == 1);
        return true;
    }

    private static bool TryReadTraceId(ReadOnlySpan<byte> bytes, out ulong high, out ulong low)
    {
        (high, low) = (0, 0);
        if (bytes.Length == 16) high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        if (bytes.Length is 8 or 16) low = BinaryPrimitives.ReadUInt64BigEndian(bytes[^8..]);
        // Absent is zero, which is a trace id like others.
        return bytes.Length is 0 or 8 or 16;
    }

    /// <summary>Timestamp and Duration alike: {1 seconds, 2 nanos}.</summary>
    private static bool TryReadTime(ReadOnlySpan<byte> message, out long seconds, out long nanoseconds)
    {
        ulong wholes = 0, parts = 0;
        (seconds, nanoseconds) = (0, 0);
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            var read = (field, wireType) switch
            {
                (1, 0) => reader.TryReadVarint(out wholes),
                (2, 0) => reader.TryReadVarint(out parts),
                _ => reader.TrySkip(wireType),
            };
            if (!read) return false;
        }

        seconds = (long)wholes;
        nanoseconds = unchecked((int)parts);
        return true;
    }

    /// <summary>Log{1 timestamp, 2 fields} as an event, named by its field <c>event</c>.</summary>
    private static bool TryWriteLog(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        var log = writer.BeginMessage(11);
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var field, out var wireType)) return false;
            if (wireType != 2 || field is not (1 or 2))
            {
                if (!reader.TrySkip(wireType)) return false;
                continue;
            }

            if (!reader.TryReadBytes(out var value)) return false;
            if (field == 1)
            {
                if (!TryReadTime(value, out var seconds, out var nanoseconds)) return false;
                writer.WriteFixed64(1, JaegerTime.FromSeconds(seconds, nanoseconds));
                continue;
            }

            if (!TryReadTag(value, out var tag)) return false;
            if (tag.IsText("event"u8)) writer.WriteBytes(2, tag.Text);
            else tag.Write(writer, OtlpAttribute.OfEvent);
        }

        writer.EndMessage(log);
        return true;
    }
}
