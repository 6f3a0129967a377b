using Rubato.Ingest.Receivers.Thrift;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>One span of Jaeger's Thrift, field by field.</summary>
internal static partial class JaegerThriftTranslator
{
    // Fields 1 to 5 and 7 to 9 (all but references, tags and logs) are required. Without them a byte could ask for a span of sixty.
    private const int RequiredOfSpan = 0b11_1011_1110;
    private const int RequiredOfTag = 0b110;

    private static bool TryWriteSpan<TReader>(ref TReader reader, OtlpTranslation output)
        where TReader : struct, IThriftReader, allows ref struct
    {
        var writer = output.Writer;
        var tags = new JaegerSpanTags(isGrpc: false);
        long traceLow = 0, traceHigh = 0, spanId = 0, parentId = 0, start = 0, duration = 0;
        int seen = 0, references = -1;

        output.BeginSpan();
        short id = 0;
        while (true)
        {
            if (!reader.TryReadField(ref id, out var type)) return false;
            if (type == ThriftType.Stop) break;
            var isRead = (id, type) switch
            {
                (1, ThriftType.I64) => reader.TryReadI64(out traceLow),
                (2, ThriftType.I64) => reader.TryReadI64(out traceHigh),
                (3, ThriftType.I64) => reader.TryReadI64(out spanId),
                (4, ThriftType.I64) => reader.TryReadI64(out parentId),
                (5, ThriftType.Bytes) => TryWriteName(ref reader, writer),
                (6, ThriftType.List) => TryNote(ref reader, out references),
                (8, ThriftType.I64) => reader.TryReadI64(out start),
                (9, ThriftType.I64) => reader.TryReadI64(out duration),
                (10, ThriftType.List) => TryReadTags(ref reader, ref tags, writer),
                (11, ThriftType.List) => TryWriteLogs(ref reader, writer),
                _ => ThriftSkip.TrySkip(ref reader, type),
            };
            if (!isRead) return false;
            if (id is > 0 and < 16) seen |= 1 << id;
        }

        if ((seen & RequiredOfSpan) != RequiredOfSpan) return Fail(ref reader, ThriftProblem.RequiredFieldMissing);
        output.WriteTraceId((ulong)traceHigh, (ulong)traceLow);
        output.WriteSpanId(2, (ulong)spanId);
        var startNano = JaegerTime.FromMicroseconds(start);
        if (startNano != 0) writer.WriteFixed64(7, startNano);
        if (JaegerTime.Add(startNano, (Int128)duration * 1000) is var end and not 0) writer.WriteFixed64(8, end);
        if (!TryWriteReferences(ref reader, references, (ulong)traceHigh, (ulong)traceLow, (ulong)parentId, output)) return false;
        tags.Finish(writer);
        output.EndSpan();
        return true;
    }

    private static bool TryWriteName<TReader>(ref TReader reader, ProtoWriter writer)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (!reader.TryReadBytes(out var name)) return false;
        writer.WriteBytes(5, name);
        return true;
    }

    /// <summary>Notes where a list begins, to read it when the rest of the span is known.</summary>
    private static bool TryNote<TReader>(ref TReader reader, out int position)
        where TReader : struct, IThriftReader, allows ref struct
    {
        position = reader.Position;
        return ThriftSkip.TrySkip(ref reader, ThriftType.List);
    }

    private static bool TryReadTags<TReader>(scoped ref TReader reader, ref JaegerSpanTags tags, ProtoWriter writer)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (!TryReadStructs(ref reader, out var count)) return false;
        for (; count > 0; count--)
        {
            if (!TryReadTag(ref reader, out var tag)) return false;
            tags.Add(tag, writer);
        }

        return true;
    }

    /// <summary>Tag{1 key, 2 vType, 3 vStr, 4 vDouble, 5 vBool, 6 vLong, 7 vBinary}.</summary>
    private static bool TryReadTag<TReader>(scoped ref TReader reader, out JaegerTag tag)
        where TReader : struct, IThriftReader, allows ref struct
    {
        tag = default;
        ReadOnlySpan<byte> text = default, binary = default;
        double real = 0;
        bool flag = false;
        long integer = 0;
        int kind = 0, seen = 0;
        short id = 0;
        while (true)
        {
            if (!reader.TryReadField(ref id, out var type)) return false;
            if (type == ThriftType.Stop) break;
            var isRead = (id, type) switch
            {
                (1, ThriftType.Bytes) => reader.TryReadBytes(out tag.Key),
                (2, ThriftType.I32) => reader.TryReadI32(out kind),
                (3, ThriftType.Bytes) => reader.TryReadBytes(out text),
                (4, ThriftType.Double) => reader.TryReadDouble(out real),
                (5, ThriftType.Bool) => reader.TryReadBool(out flag),
                (6, ThriftType.I64) => reader.TryReadI64(out integer),
                (7, ThriftType.Bytes) => reader.TryReadBytes(out binary),
                _ => ThriftSkip.TrySkip(ref reader, type),
            };
            if (!isRead) return false;
            if (id is > 0 and < 16) seen |= 1 << id;
        }

        if ((seen & RequiredOfTag) != RequiredOfTag) return Fail(ref reader, ThriftProblem.RequiredFieldMissing);
        switch (kind)
        {
            case 0:
                tag.Type = JaegerTagType.String;
                tag.Text = text;
                break;
            case 1:
                tag.Type = JaegerTagType.Double;
                tag.Number = BitConverter.DoubleToInt64Bits(real);
                break;
            case 2:
                tag.Type = JaegerTagType.Bool;
                tag.Number = flag ? 1 : 0;
                break;
            case 3:
                tag.Type = JaegerTagType.Long;
                tag.Number = integer;
                break;
            case 4:
                tag.Type = JaegerTagType.Binary;
                tag.Text = binary;
                break;
            default:
                tag.Type = JaegerTagType.Unknown;
                tag.Number = kind;
                break;
        }

        return true;
    }

    /// <summary>Log{1 timestamp, 2 fields} as an event, named by its field <c>event</c>.</summary>
    private static bool TryWriteLogs<TReader>(ref TReader reader, ProtoWriter writer)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (!TryReadStructs(ref reader, out var count)) return false;
        for (; count > 0; count--)
        {
            var log = writer.BeginMessage(11);
            short id = 0;
            while (true)
            {
                if (!reader.TryReadField(ref id, out var type)) return false;
                if (type == ThriftType.Stop) break;
                switch (id, type)
                {
                    case (1, ThriftType.I64):
                        if (!reader.TryReadI64(out var time)) return false;
                        writer.WriteFixed64(1, JaegerTime.FromMicroseconds(time));
                        break;
                    case (2, ThriftType.List):
                        if (!TryWriteFields(ref reader, writer)) return false;
                        break;
                    default:
                        if (!ThriftSkip.TrySkip(ref reader, type)) return false;
                        break;
                }
            }

            writer.EndMessage(log);
        }

        return true;
    }

    private static bool TryWriteFields<TReader>(ref TReader reader, ProtoWriter writer)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (!TryReadStructs(ref reader, out var count)) return false;
        for (; count > 0; count--)
        {
            if (!TryReadTag(ref reader, out var tag)) return false;
            if (tag.IsText("event"u8)) writer.WriteBytes(2, tag.Text);
            else tag.Write(writer, OtlpAttribute.OfEvent);
        }

        return true;
    }

    /// <summary>Writes parent and links; the reader is left where it was.</summary>
    private static bool TryWriteReferences<TReader>(
        ref TReader reader, int references, ulong traceHigh, ulong traceLow, ulong parentId, OtlpTranslation output)
        where TReader : struct, IThriftReader, allows ref struct
    {
        var end = reader.Position;
        if (references >= 0 && parentId == 0)
        {
            var parent = default(JaegerParent);
            reader.Position = references;
            if (!TryReadStructs(ref reader, out var count)) return false;
            for (; count > 0; count--)
            {
                if (!TryReadReference(ref reader, out var reference)) return false;
                parent.Look(reference, traceHigh, traceLow);
            }

            parentId = parent.SpanId;
        }

        if (parentId != 0) output.WriteSpanId(4, parentId);
        if (references >= 0)
        {
            reader.Position = references;
            if (!TryReadStructs(ref reader, out var count)) return false;
            for (; count > 0; count--)
            {
                if (!TryReadReference(ref reader, out var reference)) return false;
                if (reference.IsLink(parentId)) reference.WriteLink(output);
            }
        }

        reader.Position = end;
        return true;
    }

    /// <summary>SpanRef{1 refType, 2 traceIdLow, 3 traceIdHigh, 4 spanId}, all of them required.</summary>
    private static bool TryReadReference<TReader>(ref TReader reader, out JaegerReference reference)
        where TReader : struct, IThriftReader, allows ref struct
    {
        long low = 0, high = 0, spanId = 0;
        int kind = 0, seen = 0;
        short id = 0;
        reference = default;
        while (true)
        {
            if (!reader.TryReadField(ref id, out var type)) return false;
            if (type == ThriftType.Stop) break;
            var isRead = (id, type) switch
            {
                (1, ThriftType.I32) => reader.TryReadI32(out kind),
                (2, ThriftType.I64) => reader.TryReadI64(out low),
                (3, ThriftType.I64) => reader.TryReadI64(out high),
                (4, ThriftType.I64) => reader.TryReadI64(out spanId),
                _ => ThriftSkip.TrySkip(ref reader, type),
            };
            if (!isRead) return false;
            if (id is > 0 and < 16) seen |= 1 << id;
        }

        if ((seen & 0b11110) != 0b11110) return Fail(ref reader, ThriftProblem.RequiredFieldMissing);
        reference = new JaegerReference((ulong)high, (ulong)low, (ulong)spanId, IsFollowsFrom: kind == 1);
        return true;
    }
}
