using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>A span's reference to another: CHILD_OF 0, FOLLOWS_FROM 1. Gives the parent, or becomes a link.</summary>
internal readonly record struct JaegerReference(ulong TraceHigh, ulong TraceLow, ulong SpanId, bool IsFollowsFrom)
{
    /// <summary>Every reference is a link but that to the parent: OTLP has a field for it. One that only follows stays a link even then.</summary>
    public bool IsLink(ulong parent) => IsFollowsFrom || SpanId != parent;

    public void WriteLink(OtlpTranslation output)
    {
        var link = output.Writer.BeginMessage(13);
        output.WriteTraceId(TraceHigh, TraceLow);
        output.WriteSpanId(2, SpanId);
        OtlpAttribute.Text(output.Writer, OtlpAttribute.OfLink, "opentracing.ref_type"u8, IsFollowsFrom ? "follows_from"u8 : "child_of"u8);
        output.Writer.EndMessage(link);
    }
}

/// <summary>Which of a span's references is its parent: the first CHILD_OF in the same trace, else the first FOLLOWS_FROM there.</summary>
internal struct JaegerParent
{
    private ulong _childOf;
    private ulong _followsFrom;

    public readonly ulong SpanId => _childOf != 0 ? _childOf : _followsFrom;

    public void Look(in JaegerReference reference, ulong traceHigh, ulong traceLow)
    {
        if (reference.TraceHigh != traceHigh || reference.TraceLow != traceLow) return;
        if (reference.IsFollowsFrom) _followsFrom = _followsFrom != 0 ? _followsFrom : reference.SpanId;
        else _childOf = _childOf != 0 ? _childOf : reference.SpanId;
    }
}
