using Rubato.Model.Spans;

namespace Rubato.Model.Columns;

/// <summary>The fixed members of one span on its way into a batch; text is a view into the sender's bytes.</summary>
public ref struct SpanHeader
{
    public TraceId TraceId;
    public SpanId SpanId;
    public SpanId ParentSpanId;
    public ReadOnlySpan<byte> Name;
    public int Kind;
    public int StatusCode;
    public ReadOnlySpan<byte> StatusMessage;
    public ulong StartUnixNano;
    public ulong EndUnixNano;
    public ReadOnlySpan<byte> TraceState;
    public uint Flags;
    public uint DroppedAttributesCount;
    public uint DroppedEventsCount;
    public uint DroppedLinksCount;
}
