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
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) return;
            var read = wireType switch
            {
                2 => ReadBytesField(ref reader, field, at),
                0 => ReadVarintField(ref reader, field),
                1 => ReadFixed64Field(ref reader, field),
                _ => ReadFixed32Field(ref reader, field),
            };
            if (!read) return;
        }
    }

    public SpanHeader ToHeader()
    {
        Header.TraceId = Spans.TraceId.Read(TraceId);
        Header.SpanId = Spans.SpanId.Read(SpanId);
        Header.ParentSpanId = ParentSpanId.Length == Spans.SpanId.Size ? Spans.SpanId.Read(ParentSpanId) : default;
        return Header;
    }

    private bool ReadBytesField(ref WireReader reader, int field, int at)
    {
        if (!reader.TryReadBytes(out var value)) return false;
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

        return true;
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
