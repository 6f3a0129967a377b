using System.Runtime.CompilerServices;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>
/// The rows of a segment by trace, in the order in which a trace's spans stand (start, id, kind), without repetitions. A block
/// is sorted already; the rows of recent data are put in order once for each batch.
/// </summary>
internal sealed class TraceRows
{
    // Of sealed batches: 8 bytes a row for as long as they live. One that grows is another segment for every query.
    private static readonly ConditionalWeakTable<ISpanSegment, TraceRows> Known = [];

    private readonly ReadOnlyMemory<int> _first;
    private readonly int[]? _order;
    private readonly int[]? _traceOf;

    private TraceRows(ReadOnlyMemory<int> first, int[]? order, int[]? traceOf) => (_first, _order, _traceOf) = (first, order, traceOf);

    public int Count => _first.Length - 1;

    /// <summary>Place of a trace's first span; that of the next trace is behind its last.</summary>
    public ReadOnlySpan<int> First => _first.Span;

    /// <summary>The row of each place; null where both are the same.</summary>
    public int[]? Order => _order;

    public static async ValueTask<TraceRows> OfAsync(ISpanSegment segment, ScanContext context)
    {
        if (segment.IsSortedByTrace) return new TraceRows(await segment.ReadTraceStartsAsync(context).ConfigureAwait(false), null, null);
        if (Known.TryGetValue(segment, out var known)) return known;
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var spans = (Int64Vector)(await segment.ReadAsync(SpanColumn.SpanId, context).ConfigureAwait(false))!;
        var kinds = (Int64Vector)(await segment.ReadAsync(SpanColumn.Kind, context).ConfigureAwait(false))!;
        var starts = (Int64Vector)(await segment.ReadAsync(SpanColumn.StartUnixNano, context).ConfigureAwait(false))!;
        known = Sort(ids, spans, kinds, starts);
        Known.AddOrUpdate(segment, known);
        return known;
    }

    public int RowAt(int place) => _order is null ? place : _order[place];

    /// <summary>Marks the traces of the selected rows.</summary>
    public Selection TracesOf(Selection rows)
    {
        var traces = new Selection(Count);
        if (_traceOf is not null)
        {
            for (var row = rows.Next(0); row >= 0; row = rows.Next(row + 1))
            {
                if (_traceOf[row] >= 0) traces.Set(_traceOf[row]);
            }

            return traces;
        }

        var first = First;
        var trace = 0;
        for (var row = rows.Next(0); row >= 0; row = rows.Next(first[trace + 1]))
        {
            // Mostly the next or one of the next: where hits are few, a search is shorter.
            if (row >= first[trace + 1]) trace = Seek(first, trace + 1, row);
            traces.Set(trace);
        }

        return traces;
    }

    // The last trace that begins at or before the row: steps that double, then halves.
    private static int Seek(ReadOnlySpan<int> first, int from, int row)
    {
        var step = 1;
        while (from + step < first.Length - 1 && first[from + step] <= row) step <<= 1;
        var (low, high) = (from + (step >> 1), Math.Min(from + step, first.Length - 2));
        if (step == 1) low = from;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (first[middle] <= row) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private static TraceRows Sort(TraceIdVector ids, Int64Vector spans, Int64Vector kinds, Int64Vector starts)
    {
        var order = new int[ids.Count];
        var keys = new UInt128[order.Length];
        for (var row = 0; row < order.Length; row++) (order[row], keys[row]) = (row, new UInt128(ids.High[row], ids.Low[row]));
        // By id alone first: numbers sort several times faster than rows by a comparison of four columns.
        Array.Sort(keys, order);
        var traceOf = new int[order.Length];
        traceOf.AsSpan().Fill(-1);
        var first = new List<int>();
        var kept = 0;
        for (int from = 0, end; from < order.Length; from = end)
        {
            for (end = from + 1; end < order.Length && keys[end] == keys[from];) end++;
            var trace = order.AsSpan(from, end - from);
            if (trace.Length > 1) trace.Sort((a, b) => Compare(a, b) is var by and not 0 ? by : a.CompareTo(b));
            first.Add(kept);
            for (var i = 0; i < trace.Length; i++)
            {
                // A sender's retry counts once.
                if (i > 0 && Compare(trace[i], trace[i - 1]) == 0) continue;
                traceOf[trace[i]] = first.Count - 1;
                order[kept++] = trace[i];
            }
        }

        first.Add(kept);
        return new TraceRows(first.ToArray(), order, traceOf);

        int Compare(int a, int b)
        {
            var by = ((ulong)starts.Values[a]).CompareTo((ulong)starts.Values[b]);
            if (by == 0) by = new SpanId((ulong)spans.Values[a]).CompareTo(new SpanId((ulong)spans.Values[b]));
            return by != 0 ? by : kinds.Values[a].CompareTo(kinds.Values[b]);
        }
    }
}
