using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>The fixed fields of one Span message, as views into it; fields may come in any order and the last one counts.</summary>
internal ref struct OtlpSpanFields
{
    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;
    public ReadOnlySpan<byte> ParentSpanId;
    public SpanHeader Header;

    /// <summary>Where the first attribute, event or link begins; -1 without any.</summary>
    public int FirstChild;

    /// <summary>Reads the fields; the ids of <see cref="Header"/> are set by <see cref="ToHeader"/>, once they are known to be good.</summary>
    public void Scan(ReadOnlySpan<byte> message)
    {
        FirstChild = -1;
        var at = 0;
        while ((uint)at < (uint)message.Length)
        {
            // Nearly every field has a tag of one byte, and a length of one byte or a fixed one.
            var rest = message[at..];
            int tag = rest[0];
            if ((tag & 7) == 2 && tag < 0x80 && rest.Length > 1 && rest[1] < 0x80 && rest[1] + 2 <= rest.Length)
            {
                SetBytes(tag >> 3, rest.Slice(2, rest[1]), at);
                at += 2 + rest[1];
            }
            else if (tag is 0x39 or 0x41 && rest.Length >= 9)
            {
                var time = BinaryPrimitives.ReadUInt64LittleEndian(rest[1..]);
                if (tag == 0x39) Header.StartUnixNano = time;
                else Header.EndUnixNano = time;
                at += 9;
            }
            else if (tag == 0x30 && rest.Length > 1 && rest[1] < 0x80)
            {
                Header.Kind = rest[1];
                at += 2;
            }
            else
            {
                var reader = new WireReader(message) { Position = at };
                if (!ReadField(ref reader, at)) return;
                at = reader.Position;
            }
        }
    }

    /// <summary>Sets the ids of the header, which the caller has checked, and gives it.</summary>
    [UnscopedRef]
    public ref readonly SpanHeader ToHeader()
    {
        Header.TraceId = Spans.TraceId.Read(TraceId);
        Header.SpanId = Spans.SpanId.Read(SpanId);
        Header.ParentSpanId = ParentSpanId.Length == Spans.SpanId.Size ? Spans.SpanId.Read(ParentSpanId) : default;
        return ref Header;
    }

    private bool ReadField(ref WireReader reader, int at)
    {
        if (!reader.TryReadTag(out var field, out var wireType)) return false;
        switch (wireType)
        {
            case 2:
                if (!reader.TryReadBytes(out var value)) return false;
                SetBytes(field, value, at);
                return true;
            case 0:
                return ReadVarintField(ref reader, field);
            case 1:
                return ReadFixed64Field(ref reader, field);
            default:
                return ReadFixed32Field(ref reader, field);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetBytes(int field, ReadOnlySpan<byte> value, int at)
    {
        switch (field)
        {
            case 9 or 11 or 13:
                if (FirstChild < 0) FirstChild = at;
                break;
            case 1:
                TraceId = value;
                break;
            case 2:
                SpanId = value;
                break;
            case 3:
                Header.TraceState = value;
                break;
            case 4:
                ParentSpanId = value;
                break;
            case 5:
                Header.Name = value;
                break;
            case 15:
                ReadStatus(value);
                break;
        }
    }

    private bool ReadVarintField(ref WireReader reader, int field)
    {
        if (!reader.TryReadVarint(out var value)) return false;
        switch (field)
        {
            case 6:
                Header.Kind = (int)value;
                break;
            case 10:
                Header.DroppedAttributesCount = (uint)value;
                break;
            case 12:
                Header.DroppedEventsCount = (uint)value;
                break;
            case 14:
                Header.DroppedLinksCount = (uint)value;
                break;
        }

        return true;
    }

    private bool ReadFixed64Field(ref WireReader reader, int field)
    {
        if (!reader.TryReadFixed64(out var value)) return false;
        if (field == 7) Header.StartUnixNano = value;
        else if (field == 8) Header.EndUnixNano = value;
        return true;
    }

    private bool ReadFixed32Field(ref WireReader reader, int field)
    {
        if (!reader.TryReadFixed32(out var value)) return false;
        if (field == 16) Header.Flags = value;
        return true;
    }

    // A status that comes twice is merged field by field, as protobuf says.
    private void ReadStatus(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (2, 2) when reader.TryReadBytes(out var text):
                    Header.StatusMessage = text;
                    break;
                case (3, 0) when reader.TryReadVarint(out var code):
                    Header.StatusCode = (int)code;
                    break;
                default:
                    if (!reader.TrySkip(wireType)) return;
                    break;
            }
        }
    }
}
