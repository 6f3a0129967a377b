using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// Which traces of a snapshot lie in more than one segment: for those no single segment can answer for the whole trace.
/// <code>
///   blocks          keys of all segments, a million at a time, sorted: equal neighbours. Once for a list of blocks.
///   recent data     its ids, sorted once for each batch, merged with each segment of a block and with each other: every query.
/// </code>
/// Keys come from the tables of trace ids, so no id is read for it.
/// </summary>
internal sealed class TraceSpread(IReadOnlyList<ISpanSegment> segments, ScanContext context)
{
    /// <summary>Keys in memory at once, 16 bytes each.</summary>
    private const int KeysAtOnce = 1 << 20;

    /// <summary>Of a segment: more rows are looked for again every time.</summary>
    private const int MaxKnownRows = 16 * 1024;

    private static readonly KnownSpreads Known = new();

    // Of segments of blocks by name: they never change, so neither do their rows of traces that were found out once.
    private static readonly ConditionalWeakTable<StraddlingTraces, ConcurrentDictionary<string, RowSet>> KnownRows = [];

    // Sealed batches are immutable, so their traces are sorted out once, by whichever query comes first.
    private static readonly ConditionalWeakTable<ISpanSegment, UInt128[]> RecentKeys = [];

    private readonly Lock _lock = new();
    private Task<StraddlingTraces>? _straddling;

    /// <summary>The traces that lie in several segments.</summary>
    public Task<StraddlingTraces> StraddlingAsync()
    {
        lock (_lock) return _straddling ??= Task.Run(FindAsync);
    }

    public async ValueTask<Selection> StraddlingRowsAsync(SegmentScan scan) =>
        Selection.Of(scan.SpanCount, await StraddlingRowsAsync(scan.Segment).ConfigureAwait(false));

    /// <summary>The segment's rows of these traces.</summary>
    public async ValueTask<RowSet> StraddlingRowsAsync(ISpanSegment segment)
    {
        var straddling = await StraddlingAsync().ConfigureAwait(false);
        if (straddling.IsEmpty) return RowSet.Empty;
        if (!segment.IsSortedByTrace) return await RowsByIdAsync(segment, straddling).ConfigureAwait(false);
        var known = KnownRows.GetOrCreateValue(straddling);
        if (known.TryGetValue(segment.Name, out var rows)) return rows;
        rows = await segment.ReadTraceKeysAsync(context).ConfigureAwait(false) is { } keys
            ? RowsByKey(keys, straddling)
            : await RowsByIdAsync(segment, straddling).ConfigureAwait(false);
        if (rows.Count <= MaxKnownRows) known[segment.Name] = rows;
        return rows;
    }

    private static RowSet RowsByKey(ITraceKeys keys, StraddlingTraces straddling)
    {
        var rows = new List<int>();
        var all = keys.Between(UInt128.Zero, null);
        for (var i = 0; i < all.Length; i++)
        {
            if (!straddling.Contains(all[i])) continue;
            var trace = keys.RowsOf(i);
            for (var k = 0; k < trace.Count; k++) rows.Add(trace[k]);
        }

        return RowSet.Of([.. rows]);
    }

    private async ValueTask<RowSet> RowsByIdAsync(ISpanSegment segment, StraddlingTraces straddling)
    {
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var rows = new List<int>();
        var inside = false;
        for (var row = 0; row < ids.Count; row++)
        {
            if (row == 0 || ids[row] != ids[row - 1]) inside = straddling.Contains(ids[row]);
            if (inside) rows.Add(row);
        }

        return RowSet.Of([.. rows]);
    }

    private async Task<StraddlingTraces> FindAsync()
    {
        if (segments.Count < 2) return StraddlingTraces.None;
        List<ISpanSegment> blocks = [.. segments.Where(s => s.IsSortedByTrace)];
        List<ISpanSegment> recent = [.. segments.Where(s => !s.IsSortedByTrace)];
        string[] names = [.. blocks.Select(s => s.Name)];
        var straddling = Known.Find(names);
        if (straddling is not null && recent.Count == 0) return straddling;
        var keys = await ReadKeysAsync(blocks).ConfigureAwait(false);
        if (straddling is null)
        {
            straddling = OfBlocks(keys);
            // What a damaged segment has is not known: asked again next time.
            if (keys.Count == blocks.Count) Known.Add(names, straddling);
        }

        if (recent.Count == 0) return straddling;
        var recentKeys = new List<UInt128[]>();
        foreach (var segment in recent) recentKeys.Add(await RecentKeysAsync(segment).ConfigureAwait(false));
        return WithRecent(straddling, recentKeys, keys);
    }

    /// <summary>A damaged segment is left out: the search reports it when it gets there.</summary>
    private async Task<List<ITraceKeys>> ReadKeysAsync(List<ISpanSegment> blocks)
    {
        var read = new ITraceKeys?[blocks.Count];
        // Mostly in memory; what is not is read side by side.
        var options = new ParallelOptions { MaxDegreeOfParallelism = SideBySide.Of(SegmentSet.FarAtOnce), CancellationToken = context.CancellationToken };
        await Parallel.ForAsync(0, read.Length, options, async (i, _) =>
        {
            try
            {
                read[i] = await blocks[i].ReadTraceKeysAsync(context).ConfigureAwait(false);
            }
            catch (SegmentDamagedException)
            {
                read[i] = null;
            }
        }).ConfigureAwait(false);
        return [.. read.OfType<ITraceKeys>()];
    }

    private StraddlingTraces OfBlocks(List<ITraceKeys> blocks)
    {
        blocks = blocks.FindAll(b => b.Count > 0);
        if (blocks.Count < 2) return StraddlingTraces.None;
        var bits = blocks.Min(b => b.Bits);
        var mask = StraddlingTraces.MaskOf(bits);
        var straddling = new HashSet<UInt128>();
        var all = new UInt128[Math.Min(2L * KeysAtOnce, blocks.Sum(b => (long)b.Count))];
        UInt128? from = UInt128.Zero;
        foreach (var border in Borders(blocks, mask).Append(null))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var count = 0;
            foreach (var block in blocks)
            {
                var keys = block.Between(from!.Value, border);
                if (count + keys.Length > all.Length) Array.Resize(ref all, Math.Max(count + keys.Length, 2 * all.Length));
                foreach (var key in keys) all[count++] = key & mask;
            }

            AddEqualNeighbours(all.AsSpan(0, count), straddling);
            from = border;
        }

        return StraddlingTraces.None.With(bits, straddling);
    }

    /// <summary>Borders between parts of about so many keys, taken from the largest segment: ids need not be spread evenly.</summary>
    private static IEnumerable<UInt128?> Borders(List<ITraceKeys> blocks, UInt128 mask)
    {
        var parts = (int)(blocks.Sum(b => (long)b.Count) / KeysAtOnce) + 1;
        if (parts == 1) yield break;
        var keys = blocks.MaxBy(b => b.Count)!.Between(UInt128.Zero, null);
        var last = UInt128.Zero;
        for (var part = 1; part < parts; part++)
        {
            // Equal as far as all know must fall into one part.
            var border = keys[(int)((long)part * keys.Length / parts)] & mask;
            if (border <= last) continue;
            yield return last = border;
        }
    }

    private static void AddEqualNeighbours(Span<UInt128> keys, HashSet<UInt128> found)
    {
        keys.Sort();
        for (var i = 1; i < keys.Length; i++)
        {
            if (keys[i] == keys[i - 1]) found.Add(keys[i]);
        }
    }

    private async ValueTask<UInt128[]> RecentKeysAsync(ISpanSegment segment)
    {
        if (RecentKeys.TryGetValue(segment, out var known)) return known;
        var ids = (TraceIdVector)(await segment.ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var distinct = new HashSet<UInt128>();
        for (var row = 0; row < ids.Count; row++)
        {
            if (row == 0 || ids[row] != ids[row - 1]) distinct.Add(new UInt128(ids.High[row], ids.Low[row]));
        }

        UInt128[] keys = [.. distinct];
        keys.AsSpan().Sort();
        RecentKeys.AddOrUpdate(segment, keys);
        return keys;
    }

    private StraddlingTraces WithRecent(StraddlingTraces straddling, List<UInt128[]> recent, List<ITraceKeys> blocks)
    {
        UInt128[] all = [.. recent.SelectMany(keys => keys)];
        var among = new HashSet<UInt128>();
        AddEqualNeighbours(all, among);
        straddling = straddling.With(128, among);
        blocks = blocks.FindAll(b => b.Count > 0);
        if (blocks.Count == 0) return straddling;
        // Keys that the blocks with the fewest bits know, so that one set does for all.
        var bits = blocks.Min(b => b.Bits);
        var mask = StraddlingTraces.MaskOf(bits);
        var shared = new HashSet<UInt128>();
        foreach (var block in blocks)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var keys = block.Between(UInt128.Zero, null);
            for (int i = 0, j = 0; i < all.Length && j < keys.Length;)
            {
                var (mine, other) = (all[i] & mask, keys[j] & mask);
                if (mine == other) shared.Add(mine);
                if (mine <= other) i++;
                else j++;
            }
        }

        return straddling.With(bits, shared);
    }
}
