namespace Rubato.Client;

/// <summary>A span. Times are nanoseconds since 1970.</summary>
public sealed record TraceSpan
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>16 hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>16 hexadecimal digits; empty for a root.</summary>
    public required string ParentSpanId { get; init; }

    /// <summary>W3C trace state, or an empty text.</summary>
    public required string TraceState { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Its side of a call.</summary>
    public required SpanKind Kind { get; init; }

    /// <summary>Its beginning.</summary>
    public required long StartTimeUnixNano { get; init; }

    /// <summary>Its end.</summary>
    public required long EndTimeUnixNano { get; init; }

    /// <summary>How it went.</summary>
    public required SpanStatus Status { get; init; }

    /// <summary>What the status says besides, or an empty text.</summary>
    public required string StatusMessage { get; init; }

    /// <summary>The span's attributes.</summary>
    public required IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; }

    /// <summary>Attributes of what sent it.</summary>
    public required IReadOnlyDictionary<string, AttributeValue> Resource { get; init; }

    /// <summary>The instrumentation's name, or an empty text.</summary>
    public required string ScopeName { get; init; }

    /// <summary>The instrumentation's version, or an empty text.</summary>
    public required string ScopeVersion { get; init; }

    /// <summary>What happened within it.</summary>
    public required IReadOnlyList<SpanEvent> Events { get; init; }

    /// <summary>Spans it points to.</summary>
    public required IReadOnlyList<SpanLink> Links { get; init; }

    /// <summary>The resource's <c>service.name</c>, or an empty text.</summary>
    public string ServiceName => Resource.TryGetValue("service.name", out AttributeValue? name) ? name.ToString() : "";

    /// <summary>Its beginning, to the 100 nanoseconds that .NET's clock has.</summary>
    public DateTimeOffset StartTime => UnixNano.ToTime(StartTimeUnixNano);

    /// <summary>Its length.</summary>
    public TimeSpan Duration => UnixNano.ToDuration(EndTimeUnixNano - StartTimeUnixNano);
}
