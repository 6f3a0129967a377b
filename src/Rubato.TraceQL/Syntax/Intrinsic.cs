namespace Rubato.TraceQL.Syntax;

/// <summary>The fields every span has beside its attributes, whichever way they are spelled (spec/traceql.md 4.2).</summary>
public enum Intrinsic : byte
{
    Duration,
    Name,
    Status,
    StatusMessage,
    Kind,
    SpanId,
    SpanParentId,
    SpanChildCount,
    TraceDuration,
    TraceRootName,
    TraceRootService,
    TraceId,
    EventName,
    EventTimeSinceStart,
    LinkTraceId,
    LinkSpanId,
    InstrumentationName,
    InstrumentationVersion,
    NestedSetLeft,
    NestedSetRight,
    NestedSetParent,

    /// <summary>Read and then refused by validation.</summary>
    Parent,
}
