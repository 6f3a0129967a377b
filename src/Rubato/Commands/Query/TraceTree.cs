using System.Text.Json;

namespace Rubato.Commands.Query;

/// <summary>A trace's spans in waterfall order: each under its parent, siblings by start.</summary>
internal static class TraceTree
{
    /// <summary>Reads both forms of the answer: <c>batches</c> of v1, <c>trace.resourceSpans</c> of v2.</summary>
    public static List<TraceTreeSpan> Read(JsonElement answer)
    {
        JsonElement trace = answer.Member("trace") ?? answer;
        List<TraceTreeSpan> spans = [];
        foreach (JsonElement batch in trace.Items("batches").Concat(trace.Items("resourceSpans")))
        {
            string service = batch.Member("resource")?.Attribute("service.name") ?? "";
            foreach (JsonElement span in batch.Items("scopeSpans").SelectMany(scope => scope.Items("spans")))
            {
                spans.Add(new TraceTreeSpan(
                    span.HexId("spanId", 8), span.HexId("parentSpanId", 8), service, span.Text("name"), span.Text("kind").Replace("SPAN_KIND_", "", StringComparison.Ordinal),
                    span.Int64("startTimeUnixNano"), span.Int64("endTimeUnixNano"),
                    (span.Member("status")?.Text("code") ?? "").Replace("STATUS_CODE_", "", StringComparison.Ordinal), span.Member("status")?.Text("message") ?? ""));
            }
        }

        return Order(spans);
    }

    // With a stack of our own: a trace of 100,000 spans in one chain must not overflow the thread's.
    private static List<TraceTreeSpan> Order(List<TraceTreeSpan> spans)
    {
        HashSet<string> ids = [.. spans.Select(span => span.SpanId)];
        ILookup<string, TraceTreeSpan> children = spans
            .Where(span => ids.Contains(span.ParentSpanId) && span.ParentSpanId != span.SpanId)
            .OrderByDescending(span => span.StartUnixNano)
            .ToLookup(span => span.ParentSpanId);
        List<TraceTreeSpan> ordered = [];
        HashSet<TraceTreeSpan> seen = new(ReferenceEqualityComparer.Instance);

        // Roots and spans whose parent is missing first; whatever a cycle of parents hides comes last, so that no span is left out.
        IEnumerable<TraceTreeSpan> tops = spans.Where(span => !ids.Contains(span.ParentSpanId) || span.ParentSpanId == span.SpanId).OrderBy(span => span.StartUnixNano);
        var pending = new Stack<(TraceTreeSpan Span, int Depth)>();
        foreach (TraceTreeSpan top in tops.Concat(spans))
        {
            pending.Push((top, 0));
            while (pending.TryPop(out (TraceTreeSpan Span, int Depth) next))
            {
                if (seen.Add(next.Span))
                {
                    ordered.Add(next.Span with { Depth = next.Depth });
                    foreach (TraceTreeSpan child in children[next.Span.SpanId])
                    {
                        pending.Push((child, next.Depth + 1));
                    }
                }
            }
        }

        return ordered;
    }
}
