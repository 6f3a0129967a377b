using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>Start and end of every trace of a segment, from the segment's own spans.</summary>
internal sealed class TraceTable
{
    // Made once for recent data, which many queries ask about (48 bytes a trace). Blocks need it only at the edges of a
    // time range, and live too long to keep it.
    private static readonly ConditionalWeakTable<ISpanSegment, TraceTable> Known = [];

    private readonly Dictionary<TraceId, (ulong Start, ulong End)> _traces = [];

    public bool TryGet(TraceId id, out ulong start, out ulong end)
    {
        var found = _traces.TryGetValue(id, out var times);
        (start, end) = times;
        return found;
    }

    public static async ValueTask<TraceTable> OfAsync(ISpanSegment segment, ScanContext context)
    {
        if (Known.TryGetValue(segment, out var known)) return known;
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var starts = (Int64Vector)(await segment.ReadAsync(SpanColumn.StartUnixNano, context).ConfigureAwait(false))!;
        var durations = (Int64Vector)(await segment.ReadAsync(SpanColumn.DurationNano, context).ConfigureAwait(false))!;
        var table = new TraceTable();
        table.Fill(ids, starts.Values, durations.Values);
        if (!segment.HasTraceColumns) Known.AddOrUpdate(segment, table);
        return table;
    }

    private void Fill(TraceIdVector ids, ReadOnlySpan<long> starts, ReadOnlySpan<long> durations)
    {
        for (var row = 0; row < ids.Count; row++)
        {
            var start = (ulong)starts[row];
            // The end as it was sent; one before the start counts as the start.
            var end = Math.Max(start, start + (ulong)durations[row]);
            var (first, last) = (start, end);
            var id = ids[row];
            // Neighbours of one trace (all of them, in a block) cost one look-up together.
            for (; row + 1 < ids.Count && ids[row + 1] == id; row++)
            {
                start = (ulong)starts[row + 1];
                (first, last) = (Math.Min(first, start), Math.Max(last, Math.Max(start, start + (ulong)durations[row + 1])));
            }

            ref var times = ref CollectionsMarshal.GetValueRefOrAddDefault(_traces, id, out var exists);
            times = exists ? (Math.Min(times.Start, first), Math.Max(times.End, last)) : (first, last);
        }
    }
}
