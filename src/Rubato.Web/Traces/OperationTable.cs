namespace Rubato.Web.Traces;

/// <summary>What the spans of one operation of one service took together, in nanoseconds.</summary>
/// <param name="Self">Without the time of their children.</param>
/// <param name="P95">The duration that 95 in 100 do not exceed.</param>
public sealed record OperationRow(string Service, string Name, int Count, int Errors, long Total, long Self, long P95, long Longest);

/// <summary>A trace by operation.</summary>
public static class OperationTable
{
    public static IReadOnlyList<OperationRow> Of(TraceView trace) =>
    [
        .. Enumerable.Range(0, trace.Count).GroupBy(span => (Service: trace.Service(span), Name: trace.Name(span))).Select(group =>
        {
            var durations = group.Select(trace.Duration).Order().ToArray();
            var p95 = durations[Math.Min(durations.Length - 1, (int)Math.Ceiling(durations.Length * 0.95) - 1)];
            return new OperationRow(group.Key.Service, group.Key.Name, durations.Length, group.Count(trace.IsError), durations.Sum(), group.Sum(trace.SelfTime), p95, durations[^1]);
        }).OrderByDescending(row => row.Self),
    ];
}
