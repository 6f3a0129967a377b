namespace Rubato.Commands.Query;

internal sealed record TraceTreeSpan(
    string SpanId, string ParentSpanId, string Service, string Name, string Kind, long StartUnixNano, long EndUnixNano, string Status, string Message)
{
    public int Depth { get; init; }

    public long DurationNanos => EndUnixNano - StartUnixNano;
}
