namespace Rubato.Model.Spans;

/// <summary>One span as a plain object: for answers, tests and the plain evaluator, never on the way in.</summary>
public sealed class Span
{
    public required TraceId TraceId { get; init; }

    public required SpanId SpanId { get; init; }

    /// <summary>Zero for a root span.</summary>
    public SpanId ParentSpanId { get; init; }

    public string Name { get; init; } = "";

    public SpanKind Kind { get; init; }

    public StatusCode StatusCode { get; init; }

    public string StatusMessage { get; init; } = "";

    /// <summary>Nanoseconds since 1970 UTC, OTLP's fixed64.</summary>
    public ulong StartUnixNano { get; init; }

    /// <summary>Nanoseconds since 1970 UTC, OTLP's fixed64. May lie before the start: senders do that.</summary>
    public ulong EndUnixNano { get; init; }

    public string TraceState { get; init; } = "";

    public uint Flags { get; init; }

    public uint DroppedAttributesCount { get; init; }

    public uint DroppedEventsCount { get; init; }

    public uint DroppedLinksCount { get; init; }

    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes { get; init; } = [];

    public IReadOnlyList<SpanEvent> Events { get; init; } = [];

    public IReadOnlyList<SpanLink> Links { get; init; } = [];

    public required Resource Resource { get; init; }

    public required InstrumentationScope Scope { get; init; }

    /// <summary>End minus start in nanoseconds; 0 where the end lies before the start.</summary>
    public long DurationNano => EndUnixNano > StartUnixNano ? (long)Math.Min(EndUnixNano - StartUnixNano, long.MaxValue) : 0;
}

/// <summary>OTLP Span.Event.</summary>
public sealed class SpanEvent
{
    public ulong TimeUnixNano { get; init; }

    public string Name { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes { get; init; } = [];

    public uint DroppedAttributesCount { get; init; }
}

/// <summary>OTLP Span.Link. The linked ids are kept as bytes: senders put ids of other lengths there.</summary>
public sealed class SpanLink
{
    public byte[] TraceId { get; init; } = [];

    public byte[] SpanId { get; init; } = [];

    public string TraceState { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes { get; init; } = [];

    public uint DroppedAttributesCount { get; init; }

    public uint Flags { get; init; }
}

/// <summary>OTLP Resource with the schema url of its ResourceSpans.</summary>
public sealed class Resource
{
    public static readonly Resource Empty = new();

    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes { get; init; } = [];

    public uint DroppedAttributesCount { get; init; }

    public string SchemaUrl { get; init; } = "";
}

/// <summary>OTLP InstrumentationScope with the schema url of its ScopeSpans.</summary>
public sealed class InstrumentationScope
{
    public static readonly InstrumentationScope Empty = new();

    public string Name { get; init; } = "";

    public string Version { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes { get; init; } = [];

    public uint DroppedAttributesCount { get; init; }

    public string SchemaUrl { get; init; } = "";
}
