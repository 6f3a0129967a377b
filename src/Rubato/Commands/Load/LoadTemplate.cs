namespace Rubato.Commands.Load;

/// <summary>One prepared request: its bytes, and per trace the spans with the places to patch.</summary>
internal sealed record LoadTemplate(byte[] Bytes, LoadTemplateTrace[] Traces)
{
    public int SpanCount { get; } = Traces.Sum(trace => trace.Slots.Length);
}

/// <summary>One trace of a template, spans in the order parents before children.</summary>
internal sealed record LoadTemplateTrace(int SpansBefore, LoadSpanPlan[] Plans, LoadSlots[] Slots, int[] Parents);
