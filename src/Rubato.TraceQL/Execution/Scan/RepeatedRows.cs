using System.Runtime.CompilerServices;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// Rows that hold a span which a snapshot has elsewhere too: a sender's retry, a copy in another segment. A span is its trace
/// id, span id, kind and start, as everywhere. Blocks hold none twice in themselves, recent batches may.
/// </summary>
internal sealed class RepeatedRows(IReadOnlyList<ISpanSegment> segments, TraceSpread spread, ScanContext context)
{
    // Of sealed batches, which many queries ask about: found once.
    private static readonly ConditionalWeakTable<ISpanSegment, int[]> Known = [];

    // Of snapshots of blocks alone, which never change.
    private static readonly KnownRepeats Found = new();

    private readonly Lock _lock = new();
    private Task<Selection?[]>? _all;

    /// <summary>The rows of the segment to pass over, null when there are none.</summary>
    public async ValueTask<Selection?> OfAsync(int segment)
    {
        Task<Selection?[]> all;
        lock (_lock) all = _all ??= Task.Run(FindAsync);
        return (await all.ConfigureAwait(false))[segment];
    }

    private async Task<Selection?[]> FindAsync()
    {
        string[]? blocks = segments.All(s => s.IsSortedByTrace) ? [.. segments.Select(s => s.Name)] : null;
        if (blocks is not null && Found.Find(blocks) is { } found) return found;
        var repeated = new Selection?[segments.Count];
        var isWhole = true;
        var seen = new HashSet<Key>();
        for (var at = 0; at < segments.Count; at++)
        {
            var segment = segments[at];
            context.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (!segment.IsSortedByTrace)
                {
                    var own = await WithinAsync(segment).ConfigureAwait(false);
                    if (own.Length > 0) repeated[at] = Selection.Of(segment.SpanCount, RowSet.Of(own));
                }

                var rows = await spread.StraddlingRowsAsync(segment).ConfigureAwait(false);
                if (rows.Count == 0) continue;
                foreach (var (key, row) in await KeysAsync(segment, rows).ConfigureAwait(false))
                {
                    if (!seen.Add(key)) (repeated[at] ??= new Selection(segment.SpanCount)).Set(row);
                }
            }
            catch (SegmentDamagedException)
            {
                // The scan reports it when it gets there.
                isWhole = false;
            }
        }

        if (blocks is not null && isWhole) Found.Add(blocks, repeated);
        return repeated;
    }

    private async ValueTask<int[]> WithinAsync(ISpanSegment segment)
    {
        if (Known.TryGetValue(segment, out var known)) return known;
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var spanIds = (Int64Vector)(await segment.ReadAsync(SpanColumn.SpanId, context).ConfigureAwait(false))!;
        var suspects = Suspects(ids, spanIds.Values);
        var rows = new List<int>();
        if (suspects.Count > 0)
        {
            var seen = new HashSet<Key>();
            foreach (var (key, row) in await KeysAsync(segment, RowSet.Of([.. suspects])).ConfigureAwait(false))
            {
                if (!seen.Add(key)) rows.Add(row);
            }
        }

        known = [.. rows];
        Known.AddOrUpdate(segment, known);
        return known;
    }

    // All rows of ids that occur more than once, by fingerprint: few, so that the exact comparison costs little.
    private static List<int> Suspects(TraceIdVector ids, ReadOnlySpan<long> spanIds)
    {
        var seen = new HashSet<ulong>(spanIds.Length);
        var twice = new HashSet<ulong>();
        for (var row = 0; row < spanIds.Length; row++)
        {
            if (!seen.Add(Fingerprint(ids[row], spanIds[row]))) twice.Add(Fingerprint(ids[row], spanIds[row]));
        }

        var rows = new List<int>();
        if (twice.Count == 0) return rows;
        for (var row = 0; row < spanIds.Length; row++)
        {
            if (twice.Contains(Fingerprint(ids[row], spanIds[row]))) rows.Add(row);
        }

        return rows;
    }

    private static ulong Fingerprint(TraceId id, long spanId) => id.High ^ (id.Low * 0xD6E8FEB86659FD93) ^ ((ulong)spanId * 0x9E3779B97F4A7C15);

    private async ValueTask<List<(Key, int Row)>> KeysAsync(ISpanSegment segment, RowSet rows)
    {
        var ids = (TraceIdVector)(await segment.ReadRowsAsync(SpanColumn.TraceId, rows, context).ConfigureAwait(false))!;
        var spans = (Int64Vector)(await segment.ReadRowsAsync(SpanColumn.SpanId, rows, context).ConfigureAwait(false))!;
        var kinds = (Int64Vector)(await segment.ReadRowsAsync(SpanColumn.Kind, rows, context).ConfigureAwait(false))!;
        var starts = (Int64Vector)(await segment.ReadRowsAsync(SpanColumn.StartUnixNano, rows, context).ConfigureAwait(false))!;
        var keys = new List<(Key, int)>(rows.Count);
        for (var i = 0; i < rows.Count; i++) keys.Add((new Key(ids[i], spans.Values[i], kinds.Values[i], starts.Values[i]), rows[i]));
        return keys;
    }

    private readonly record struct Key(TraceId Trace, long Span, long Kind, long Start);
}
