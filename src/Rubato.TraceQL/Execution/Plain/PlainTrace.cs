using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>
/// A whole trace as plain objects with the values that need all of its spans. Spans stand in one order whatever segments
/// they came from (start, id, kind), so that every number computed from the order is the same in memory and in blocks.
/// </summary>
internal sealed class PlainTrace
{
    private const string ServiceName = "service.name";

    private TraceTree? _tree;

    private PlainTrace(TraceId traceId, Span[] spans)
    {
        TraceId = traceId;
        Spans = spans;
        var (start, end, root) = (ulong.MaxValue, 0UL, -1);
        for (var i = 0; i < spans.Length; i++)
        {
            var span = spans[i];
            start = Math.Min(start, span.StartUnixNano);
            end = Math.Max(end, Math.Max(span.StartUnixNano, span.EndUnixNano));
            if (TraceTree.IsRoot(span)) root = i;
        }

        StartUnixNano = start;
        EndUnixNano = end;
        Root = root < 0 ? null : spans[root];
        RootName = Root?.Name ?? "";
        RootService = Root is null ? "" : ServiceOf(Root);
    }

    public TraceId TraceId { get; }

    public IReadOnlyList<Span> Spans { get; }

    public ulong StartUnixNano { get; }

    public ulong EndUnixNano { get; }

    public ulong DurationNano => EndUnixNano - StartUnixNano;

    public Span? Root { get; }

    public string RootName { get; }

    public string RootService { get; }

    /// <summary>Built when first asked for: most queries do not look at structure.</summary>
    public TraceTree Tree => _tree ??= TraceTree.Build(Spans);

    /// <param name="traceId">The trace.</param>
    /// <param name="spans">
    /// At least one. A span that comes twice (a sender's retry, a copy in another segment) counts once. Id and kind alone do
    /// not tell: senders reuse ids, and those spans are all there. The same rule holds when blocks are written.
    /// </param>
    public static PlainTrace Of(TraceId traceId, IReadOnlyList<Span> spans)
    {
        var seen = new HashSet<(SpanId, SpanKind, ulong)>(spans.Count);
        var distinct = new List<Span>(spans.Count);
        foreach (var span in spans)
        {
            if (seen.Add((span.SpanId, span.Kind, span.StartUnixNano))) distinct.Add(span);
        }

        var ordered = distinct.ToArray();
        Array.Sort(ordered, static (a, b) =>
        {
            var order = a.StartUnixNano.CompareTo(b.StartUnixNano);
            if (order == 0) order = a.SpanId.CompareTo(b.SpanId);
            return order != 0 ? order : a.Kind.CompareTo(b.Kind);
        });
        return new PlainTrace(traceId, ordered);
    }

    /// <summary>Spans of any traces for conditions that look at one span alone; values of the whole trace mean nothing then.</summary>
    public static PlainTrace Loose(Span[] spans) => new(default, spans);

    /// <summary>The resource's service.name; empty when it is missing or not a string (spec/traceql.md 4.3).</summary>
    public static string ServiceOf(Span span)
    {
        foreach (var (key, value) in span.Resource.Attributes)
        {
            if (key == ServiceName && value.Kind == AttributeKind.String) return value.AsString;
        }

        return "";
    }

    public IReadOnlyList<ServiceStats> ServiceStats()
    {
        var stats = new SortedDictionary<string, (int Spans, int Errors)>(StringComparer.Ordinal);
        foreach (var span in Spans)
        {
            var service = ServiceOf(span);
            stats.TryGetValue(service, out var counts);
            stats[service] = (counts.Spans + 1, counts.Errors + (span.StatusCode == StatusCode.Error ? 1 : 0));
        }

        return [.. stats.Select(p => new ServiceStats(p.Key, p.Value.Spans, p.Value.Errors))];
    }
}
