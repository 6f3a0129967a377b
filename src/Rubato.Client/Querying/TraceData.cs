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
