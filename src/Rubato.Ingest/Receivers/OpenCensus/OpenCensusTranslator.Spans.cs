using System.Buffers;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.OpenCensus;

internal static partial class OpenCensusTranslator
{
    private const int OtlpError = 2;

    // Field numbers of OTLP's Span (spec/wire-formats.md 1.2).
    private const int OfTraceState = 3, OfParent = 4, OfName = 5, OfKind = 6, OfStart = 7, OfEnd = 8, OfDroppedAttributes = 10, OfEvents = 11, OfDroppedEvents = 12,
        OfLinks = 13, OfDroppedLinks = 14, OfStatus = 15;

    private static void WriteSpan(ReadOnlySpan<byte> message, OtlpTranslation output)
    {
        var writer = output.Writer;
        output.BeginSpan();
        ReadOnlySpan<byte> status = default;
        var (kind, refined, statusOverride) = (0UL, 0, (int?)null);
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (1 or 2, 2):
                    writer.WriteBytes(field, Bytes(ref reader));
                    break;
                case (3, 2):
                    // All zero is how some libraries say that there is none.
                    if (Bytes(ref reader) is var parent && parent.ContainsAnyExcept((byte)0)) writer.WriteBytes(OfParent, parent);
                    break;
                case (4, 2):
                    writer.WriteBytes(OfName, Truncatable(Bytes(ref reader)));
                    break;
                case (5, 2):
                    writer.WriteFixed64(OfStart, Time(Bytes(ref reader)));
                    break;
                case (6, 2):
                    writer.WriteFixed64(OfEnd, Time(Bytes(ref reader)));
                    break;
                case (7, 2):
                    WriteAttributes(Bytes(ref reader), writer, OtlpAttribute.OfSpan, OfDroppedAttributes, ref refined, ref statusOverride);
                    break;
                case (9, 2):
                    WriteTimeEvents(Bytes(ref reader), writer);
                    break;
                case (10, 2):
                    WriteLinks(Bytes(ref reader), writer);
                    break;
                case (11, 2):
                    status = Bytes(ref reader);
                    break;
                case (12, 2):
                    OtlpAttribute.Bool(writer, OtlpAttribute.OfSpan, "opencensus.same_process_as_parent_span"u8, BoolValue(Bytes(ref reader)));
                    break;
                case (14, 0):
                    kind = Varint(ref reader);
                    break;
                case (15, 2):
                    WriteTraceState(Bytes(ref reader), writer, OfTraceState);
                    break;
                default:
                    Skip(ref reader, wireType);
                    break;
            }
        }

        // SERVER 1 and CLIENT 2; anything else may be told by an attribute.
        var otlpKind = kind switch { 1 => 2, 2 => 3, _ => refined };
        if (otlpKind != 0) writer.WriteVarint(OfKind, (ulong)otlpKind);
        WriteStatus(status, statusOverride, writer);
        output.EndSpan();
    }

    /// <summary>Attributes{1 attribute_map, 2 dropped_attributes_count}.</summary>
    private static void WriteAttributes(ReadOnlySpan<byte> message, ProtoWriter writer, int field, int droppedField, ref int kind, ref int? status)
    {
        var reader = new WireReader(message);
        while (Next(ref reader, out var at, out var wireType))
        {
            if (at == 1 && wireType == 2) WriteAttribute(Bytes(ref reader), writer, field, ref kind, ref status);
            else if (at == 2 && wireType == 0) WriteCount(writer, droppedField, Varint(ref reader));
            else Skip(ref reader, wireType);
        }
    }

    private static void WriteAttribute(ReadOnlySpan<byte> entry, ProtoWriter writer, int field, ref int kind, ref int? status)
    {
        ReadOnlySpan<byte> key = default, value = default;
        var reader = new WireReader(entry);
        while (Next(ref reader, out var at, out var wireType))
        {
            if (at == 1 && wireType == 2) key = Bytes(ref reader);
            else if (at == 2 && wireType == 2) value = Bytes(ref reader);
            else Skip(ref reader, wireType);
        }

        // AttributeValue: 1 string_value, 2 int_value, 3 bool_value, 4 double_value; the last one counts.
        var isOfSpan = field == OtlpAttribute.OfSpan;
        var of = new WireReader(value);
        var (type, number) = (0, 0UL);
        ReadOnlySpan<byte> text = default;
        while (Next(ref of, out var at, out var wireType))
        {
            switch (at, wireType)
            {
                case (1, 2):
                    type = 1;
                    text = Truncatable(Bytes(ref of));
                    break;
                case (2 or 3, 0):
                    (type, number) = (at, Varint(ref of));
                    break;
                case (4, 1):
                    if (!of.TryReadFixed64(out number)) throw Malformed();
                    type = 4;
                    break;
                default:
                    Skip(ref of, wireType);
                    break;
            }
        }

        if (isOfSpan && type == 1 && key.SequenceEqual("span.kind"u8))
        {
            var found = text.SequenceEqual("internal"u8) ? 1 : text.SequenceEqual("producer"u8) ? 4 : text.SequenceEqual("consumer"u8) ? 5 : 0;
            if (found != 0)
            {
                kind = found;
                return;
            }
        }

        if (isOfSpan && type == 2 && key.SequenceEqual("otel.status_code"u8))
        {
            status = number is 1 or OtlpError ? (int)number : 0;
            return;
        }

        switch (type)
        {
            case 1:
                OtlpAttribute.Text(writer, field, key, text);
                break;
            case 2:
                OtlpAttribute.Int(writer, field, key, (long)number);
                break;
            case 3:
                OtlpAttribute.Bool(writer, field, key, number != 0);
                break;
            case 4:
                OtlpAttribute.Double(writer, field, key, BitConverter.UInt64BitsToDouble(number));
                break;
        }
    }

    /// <summary>TimeEvents{1 time_event, 2 dropped_annotations_count, 3 dropped_message_events_count}.</summary>
    private static void WriteTimeEvents(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        var dropped = 0UL;
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 2) WriteTimeEvent(Bytes(ref reader), writer);
            else if (field is 2 or 3 && wireType == 0) dropped += Math.Min(Varint(ref reader), int.MaxValue);
            else Skip(ref reader, wireType);
        }

        WriteCount(writer, OfDroppedEvents, dropped);
    }

    /// <summary>TimeEvent{1 time, 2 annotation or 3 message_event}.</summary>
    private static void WriteTimeEvent(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        var start = writer.BeginMessage(OfEvents);
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (1, 2):
                    writer.WriteFixed64(1, Time(Bytes(ref reader)));
                    break;
                case (2, 2):
                    WriteAnnotation(Bytes(ref reader), writer);
                    break;
                case (3, 2):
                    WriteMessageEvent(Bytes(ref reader), writer);
                    break;
                default:
                    Skip(ref reader, wireType);
                    break;
            }
        }

        writer.EndMessage(start);
    }

    /// <summary>Annotation{1 description, 2 attributes}.</summary>
    private static void WriteAnnotation(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        var (kind, status) = (0, (int?)null);
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 2) writer.WriteBytes(2, Truncatable(Bytes(ref reader)));
            else if (field == 2 && wireType == 2) WriteAttributes(Bytes(ref reader), writer, OtlpAttribute.OfEvent, 4, ref kind, ref status);
            else Skip(ref reader, wireType);
        }
    }

    /// <summary>MessageEvent{1 type, 2 id, 3 uncompressed_size, 4 compressed_size}; the attributes are there whatever was sent.</summary>
    private static void WriteMessageEvent(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        Span<ulong> values = stackalloc ulong[5];
        values.Clear();
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field <= 4 && wireType == 0) values[field] = Varint(ref reader);
            else Skip(ref reader, wireType);
        }

        writer.WriteBytes(2, "message"u8);
        if (values[1] is 1 or 2) OtlpAttribute.Text(writer, OtlpAttribute.OfEvent, "message.type"u8, values[1] == 1 ? "SENT"u8 : "RECEIVED"u8);
        OtlpAttribute.Int(writer, OtlpAttribute.OfEvent, "messaging.message_id"u8, (long)values[2]);
        OtlpAttribute.Int(writer, OtlpAttribute.OfEvent, "messaging.message_payload_size_bytes"u8, (long)values[3]);
        OtlpAttribute.Int(writer, OtlpAttribute.OfEvent, "messaging.message_payload_compressed_size_bytes"u8, (long)values[4]);
    }

    /// <summary>Links{1 link, 2 dropped_links_count}.</summary>
    private static void WriteLinks(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 2) WriteLink(Bytes(ref reader), writer);
            else if (field == 2 && wireType == 0) WriteCount(writer, OfDroppedLinks, Varint(ref reader));
            else Skip(ref reader, wireType);
        }
    }

    /// <summary>Link{1 trace_id, 2 span_id, 3 type, 4 attributes, 5 tracestate}; the type is not kept.</summary>
    private static void WriteLink(ReadOnlySpan<byte> message, ProtoWriter writer)
    {
        var (kind, status) = (0, (int?)null);
        var start = writer.BeginMessage(OfLinks);
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field is 1 or 2 && wireType == 2) writer.WriteBytes(field, Bytes(ref reader));
            else if (field == 4 && wireType == 2) WriteAttributes(Bytes(ref reader), writer, OtlpAttribute.OfLink, 5, ref kind, ref status);
            else if (field == 5 && wireType == 2) WriteTraceState(Bytes(ref reader), writer, 3);
            else Skip(ref reader, wireType);
        }

        writer.EndMessage(start);
    }

    /// <summary>Tracestate{1 entries{1 key, 2 value}} as <c>k=v,k=v</c>.</summary>
    private static void WriteTraceState(ReadOnlySpan<byte> message, ProtoWriter writer, int field)
    {
        var text = new ArrayBufferWriter<byte>(Math.Max(message.Length, 1));
        var reader = new WireReader(message);
        while (Next(ref reader, out var at, out var wireType))
        {
            if (at != 1 || wireType != 2)
            {
                Skip(ref reader, wireType);
                continue;
            }

            ReadOnlySpan<byte> key = default, value = default;
            var entry = new WireReader(Bytes(ref reader));
            while (Next(ref entry, out var part, out var type))
            {
                if (part == 1 && type == 2) key = Bytes(ref entry);
                else if (part == 2 && type == 2) value = Bytes(ref entry);
                else Skip(ref entry, type);
            }

            if (text.WrittenCount > 0) text.Write(","u8);
            text.Write(key);
            text.Write("="u8);
            text.Write(value);
        }

        if (text.WrittenCount > 0) writer.WriteBytes(field, text.WrittenSpan);
    }

    /// <summary>Status{1 code, 2 message}: 0 is unset, anything else an error, unless an attribute told better.</summary>
    private static void WriteStatus(ReadOnlySpan<byte> message, int? told, ProtoWriter writer)
    {
        var code = 0UL;
        ReadOnlySpan<byte> text = default;
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 0) code = Varint(ref reader);
            else if (field == 2 && wireType == 2) text = Bytes(ref reader);
            else Skip(ref reader, wireType);
        }

        Zipkin.ZipkinTranslator.WriteStatus(writer, told ?? (code == 0 ? 0 : OtlpError), text);
    }

    /// <summary>TruncatableString{1 value, 2 truncated_byte_count}.</summary>
    private static ReadOnlySpan<byte> Truncatable(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> value = default;
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 2) value = Bytes(ref reader);
            else Skip(ref reader, wireType);
        }

        return value;
    }

    private static bool BoolValue(ReadOnlySpan<byte> message)
    {
        var value = false;
        var reader = new WireReader(message);
        while (Next(ref reader, out var field, out var wireType))
        {
            if (field == 1 && wireType == 0) value = Varint(ref reader) != 0;
            else Skip(ref reader, wireType);
        }

        return value;
    }

    private static void WriteCount(ProtoWriter writer, int field, ulong count)
    {
        if (count > 0) writer.WriteVarint(field, Math.Min(count, uint.MaxValue));
    }
}
