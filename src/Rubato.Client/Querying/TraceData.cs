namespace Rubato.Client;

/// <summary>A trace with all its spans.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Spans">In the server's order: by resource, scope and start.</param>
/// <param name="Incomplete">Why spans may be missing, such as a size limit; null: none is.</param>
public sealed record TraceData(string TraceId, IReadOnlyList<TraceSpan> Spans, string? Incomplete)
{
    /// <summary>The spans whose parent is not among them, by start. More than one while a trace is on its way.</summary>
    public IReadOnlyList<TraceSpan> Roots
    {
        get
        {
            HashSet<string> ids = [.. Spans.Select(static span => span.SpanId)];
            return [.. Spans.Where(span => span.ParentSpanId.Length == 0 || !ids.Contains(span.ParentSpanId)).OrderBy(static span => span.StartTimeUnixNano)];
        }
    }

    /// <summary>From the first beginning to the last end.</summary>
    public TimeSpan Duration => Spans.Count == 0 ? TimeSpan.Zero : UnixNano.ToDuration(Spans.Max(static span => span.EndTimeUnixNano) - Spans.Min(static span => span.StartTimeUnixNano));

    /// <summary>The spans called by this one, by start.</summary>
    public IEnumerable<TraceSpan> ChildrenOf(TraceSpan parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return Spans.Where(span => span.ParentSpanId == parent.SpanId).OrderBy(static span => span.StartTimeUnixNano);
    }
}

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

/// <summary>Something that happened within a span.</summary>
/// <param name="TimeUnixNano">When, in nanoseconds since 1970.</param>
/// <param name="Name">What, such as <c>exception</c>.</param>
/// <param name="Attributes">More about it.</param>
public sealed record SpanEvent(long TimeUnixNano, string Name, IReadOnlyDictionary<string, AttributeValue> Attributes);

/// <summary>A span that another one points to.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="Attributes">More about it.</param>
public sealed record SpanLink(string TraceId, string SpanId, IReadOnlyDictionary<string, AttributeValue> Attributes);

/// <summary>A span's side of a call.</summary>
public enum SpanKind
{
    /// <summary>Not said.</summary>
    Unspecified,

    /// <summary>Within a program.</summary>
    Internal,

    /// <summary>Takes a request.</summary>
    Server,

    /// <summary>Makes a request.</summary>
    Client,

    /// <summary>Sends a message.</summary>
    Producer,

    /// <summary>Takes a message.</summary>
    Consumer,
}

/// <summary>How a span went.</summary>
public enum SpanStatus
{
    /// <summary>Not said.</summary>
    Unset,

    /// <summary>Well.</summary>
    Ok,

    /// <summary>It failed.</summary>
    Error,
}
