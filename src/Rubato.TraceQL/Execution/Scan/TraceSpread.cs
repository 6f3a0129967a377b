using System.Runtime.CompilerServices;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// Which traces of a snapshot lie in more than one segment: for those no single segment can answer for the whole trace.
/// Kept as 64-bit fingerprints, 8 bytes a trace; a collision only makes a trace count as spread, which costs time, not truth.
/// </summary>
internal sealed class TraceSpread(IReadOnlyList<ISpanSegment> segments, ScanContext context)
{
    // Segments are immutable, so their traces are sorted out once, by whichever query comes first.
    private static readonly ConditionalWeakTable<ISpanSegment, ulong[]> Known = [];

    private readonly Lock _lock = new();
    private Task<HashSet<ulong>>? _straddling;

    public static ulong Fingerprint(TraceId id) => (id.Low ^ (id.High * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93;

    /// <summary>Fingerprints of the traces that lie in several segments.</summary>
    public Task<HashSet<ulong>> StraddlingAsync()
    {
        lock (_lock) return _straddling ??= Task.Run(FindAsync);
    }

    public async ValueTask<Selection> StraddlingRowsAsync(SegmentScan scan)
    {
        var rows = new Selection(scan.SpanCount);
        var straddling = await StraddlingAsync().ConfigureAwait(false);
        if (straddling.Count == 0) return rows;
        var ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId).ConfigureAwait(false))!;
        Mark(ids, straddling, rows);
        return rows;
    }

    private static void Mark(TraceIdVector ids, HashSet<ulong> straddling, Selection rows)
    {
        var high = ids.High;
        var low = ids.Low;
        var known = false;
        for (var row = 0; row < high.Length; row++)
        {
            if (row == 0 || low[row] != low[row - 1] || high[row] != high[row - 1])
                known = straddling.Contains(Fingerprint(new TraceId(high[row], low[row])));
            if (known) rows.Set(row);
        }
    }

    private async Task<HashSet<ulong>> FindAsync()
    {
        var straddling = new HashSet<ulong>();
        if (segments.Count < 2) return straddling;
        var seen = new HashSet<ulong>();
        foreach (var segment in segments)
        {
            ulong[] traces;
            try
            {
                traces = await TracesOfAsync(segment).ConfigureAwait(false);
            }
            catch (SegmentDamagedException)
            {
                continue; // the search reports it when it gets there
            }

            foreach (var trace in traces)
            {
                if (!seen.Add(trace)) straddling.Add(trace);
            }
        }

        return straddling;
    }

    private async ValueTask<ulong[]> TracesOfAsync(ISpanSegment segment)
    {
        if (Known.TryGetValue(segment, out var known)) return known;
        context.CancellationToken.ThrowIfCancellationRequested();
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var traces = Distinct(ids);
        Known.AddOrUpdate(segment, traces);
        return traces;
    }

    private static ulong[] Distinct(TraceIdVector ids)
    {
        var traces = new HashSet<ulong>();
        var high = ids.High;
        var low = ids.Low;
        for (var row = 0; row < high.Length; row++)
        {
            if (row == 0 || low[row] != low[row - 1] || high[row] != high[row - 1]) traces.Add(Fingerprint(new TraceId(high[row], low[row])));
        }

        return [.. traces];
    }
}
