using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>Whole traces, from every segment that holds a part of them, as plain objects with the needed fields.</summary>
internal sealed class TraceLoader(SegmentSet segments, NeededFields needed, ScanContext context, long maxMemoryBytes)
{
    // Measured order of magnitude of a plain span with a handful of attributes.
    private const long BytesPerSpan = 600;

    /// <returns>The traces, in the order asked for; those without any span are left out.</returns>
    public async Task<List<PlainTrace>> LoadAsync(IReadOnlyList<TraceId> ids, int parallelism)
    {
        var parts = new List<Span>[segments.All.Count];
        var total = 0L;
        await segments.ForEachAsync(Enumerable.Range(0, parts.Length), parallelism, async at =>
        {
            var segment = segments.All[at];
            var rows = await segment.FindCandidatesAsync(ids, context).ConfigureAwait(false);
            if (rows.Count == 0) return;
            if (Interlocked.Add(ref total, rows.Count) * BytesPerSpan > maxMemoryBytes)
            {
                throw new QueryLimitException(
                    $"the query has to look at {total} spans of {ids.Count} traces at once, more than {maxMemoryBytes / BytesPerSpan} that fit its"
                    + $" {maxMemoryBytes} bytes; make the filters more selective or the time range shorter");
            }

            parts[at] = [.. await NarrowSpanReader.ReadAsync(segment, rows, needed, context).ConfigureAwait(false)];
        }).ConfigureAwait(false);

        var spans = ids.ToDictionary(id => id, _ => new List<Span>());
        foreach (var part in parts)
        {
            foreach (var span in part ?? [])
            {
                if (spans.TryGetValue(span.TraceId, out var trace)) trace.Add(span);
            }
        }

        return [.. ids.Where(id => spans[id].Count > 0).Select(id => PlainTrace.Of(id, spans[id]))];
    }
}
