namespace Rubato.Model.Columns;

/// <summary>
/// The fixed columns of a segment. Which table a column's rows are: spans unless the name begins with Event or Link.
/// </summary>
public enum SpanColumn : byte
{
    /// <summary><see cref="TraceIdVector"/>, always present.</summary>
    TraceId,

    /// <summary><see cref="Int64Vector"/> with the bits of the big-endian id, always present.</summary>
    SpanId,

    /// <summary><see cref="Int64Vector"/>; 0 for a root. Always present.</summary>
    ParentSpanId,

    /// <summary><see cref="StringVector"/>, always present.</summary>
    Name,

    /// <summary><see cref="Int64Vector"/> with OTLP's number, always present.</summary>
    Kind,

    /// <summary><see cref="Int64Vector"/> with OTLP's number, always present.</summary>
    StatusCode,

    /// <summary><see cref="StringVector"/>; rows without a message are absent.</summary>
    StatusMessage,

    /// <summary><see cref="Int64Vector"/>: the bits of OTLP's fixed64 nanoseconds. Always present.</summary>
    StartUnixNano,

    /// <summary><see cref="Int64Vector"/>: end minus start with wrap-around, so that the end comes out as it came in. Always present.</summary>
    DurationNano,

    TraceState,
    Flags,
    DroppedAttributesCount,
    DroppedEventsCount,
    DroppedLinksCount,

    ScopeName,
    ScopeVersion,
    ScopeDroppedAttributesCount,
    ScopeSchemaUrl,
    ResourceDroppedAttributesCount,
    ResourceSchemaUrl,

    EventTimeUnixNano,
    EventName,
    EventDroppedAttributesCount,

    /// <summary><see cref="StringVector"/> of raw bytes, usually 16.</summary>
    LinkTraceId,

    /// <summary><see cref="StringVector"/> of raw bytes, usually 8.</summary>
    LinkSpanId,
    LinkTraceState,
    LinkFlags,
    LinkDroppedAttributesCount,

    // Trace-level values, the same on every row of a trace. Blocks store them; recent data answers null for these columns
    // (not known before the trace is complete): the reader computes them from the trace's spans.
    RootServiceName,
    RootName,
    TraceStartUnixNano,
    TraceDurationNano,
    NestedSetLeft,
    NestedSetRight,
    NestedSetParent,
}
