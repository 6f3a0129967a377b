using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Columns;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>Finds the traces of one segment that may be in the answer.</summary>
internal sealed class SegmentCandidates(SegmentScan scan, TraceSpread spread, SearchRequest request)
{
    private readonly Dictionary<FilterPlan, TraceList> _known = [];

    public async ValueTask<FoundTraces> FindAsync(TraceFormula formula)
    {
        if (CanBeLate && (formula.IsTrue || formula is TraceFormula.Some)) return await FindLateAsync((formula as TraceFormula.Some)?.Filter).ConfigureAwait(false);
        var whole = await EvaluateAsync(formula, primaryOnly: false).ConfigureAwait(false);
        if (HasConjunction(formula))
        {
            // A trace in several segments may have its parts apart: for those one part is reason enough to look.
            var straddling = await spread.StraddlingAsync().ConfigureAwait(false);
            if (!straddling.IsEmpty)
            {
                var partly = await EvaluateAsync(formula, primaryOnly: true).ConfigureAwait(false);
                whole = TraceList.Union(whole, Where(partly, id => straddling.Contains(id)));
            }
        }

        return new FoundTraces(await InRangeAsync(whole).ConfigureAwait(false), null);
    }

    /// <summary>
    /// As above, for pipelines that columns decide: what is found matches, or lies in other segments too. Of the former, which begin when this segment
    /// says, the newest are enough for a whole answer.
    /// </summary>
    public async ValueTask<FoundTraces> FindAsync(ColumnPipeline pipeline)
    {
        var outcome = await pipeline.EvaluateAsync(scan, spread).ConfigureAwait(false);
        if (CanBeLate) return await LateAsync(outcome.Rows, outcome.Matching.Copy().Or(outcome.Unknown)).ConfigureAwait(false);
        var (matching, unknown) = (FirstRows(outcome.Rows, outcome.Matching), FirstRows(outcome.Rows, outcome.Unknown));
        if (AllInRange) matching = await NewestAsync(matching).ConfigureAwait(false);
        var certain = await InRangeAsync(await TracesAtAsync(matching).ConfigureAwait(false)).ConfigureAwait(false);
        return new FoundTraces(TraceList.Union(certain, await InRangeAsync(await TracesAtAsync(unknown).ConfigureAwait(false)).ConfigureAwait(false)), null);
    }

    // The index knows the rows of each trace here, and a column when it begins.
    private bool CanBeLate => scan.Segment is { IsSortedByTrace: true, HasTraceColumns: true } && request is { MinDurationNano: 0, MaxDurationNano: ulong.MaxValue };

    /// <param name="filter">null: any span.</param>
    private async ValueTask<FoundTraces> FindLateAsync(FilterPlan? filter)
    {
        var hits = filter is null ? null : await filter.EvaluateAsync(scan).ConfigureAwait(false);
        if (hits is { IsEmpty: true }) return FoundTraces.None;
        var rows = await TraceRows.OfAsync(scan.Segment, scan.Context).ConfigureAwait(false);
        return await LateAsync(rows, hits is null ? Selection.All(rows.Count) : rows.TracesOf(hits)).ConfigureAwait(false);
    }

    /// <summary>Traces by their first rows. A trace with a start in the range overlaps it, whatever else belongs to it; of others the ids are needed now.</summary>
    private async ValueTask<FoundTraces> LateAsync(TraceRows rows, Selection traces)
    {
        var first = FirstRows(rows, traces);
        if (first.Length == 0) return FoundTraces.None;
        var late = new LateTraces.Builder(first.Length);
        List<int> others = [];
        if (await scan.Segment.ReadTraceTimesAsync(first.Length, scan.Context).ConfigureAwait(false) is { } times)
        {
            for (int trace = traces.Next(0), n = 0; trace >= 0; trace = traces.Next(trace + 1), n++) Add(first[n], times.NotBefore(trace), times.NotAfter(trace));
        }
        else
        {
            var few = IsLate(first);
            var starts = (Int64Vector)(await scan.ReadAsync(SpanColumn.TraceStartUnixNano, few ? RowSet.Of(first) : null).ConfigureAwait(false))!;
            for (var i = 0; i < first.Length; i++)
            {
                var start = (ulong)starts.Values[few ? i : first[i]];
                Add(first[i], start, start);
            }
        }

        var known = await InRangeAsync(await TracesAtAsync([.. others]).ConfigureAwait(false)).ConfigureAwait(false);
        return new FoundTraces(known, late.ToTraces());

        void Add(int row, ulong notBefore, ulong notAfter)
        {
            if (notBefore >= request.Range.StartUnixNano && notAfter <= request.Range.EndUnixNano) late.Add(row, notAfter);
            else others.Add(row);
        }
    }

    private SpanColumn StartColumn => scan.Segment.HasTraceColumns ? SpanColumn.TraceStartUnixNano : SpanColumn.StartUnixNano;

    // The first span of each trace, which begins with it; in the order of ids.
    private static int[] FirstRows(TraceRows rows, Selection traces)
    {
        var first = new int[traces.Count];
        for (int trace = traces.Next(0), n = 0; trace >= 0; trace = traces.Next(trace + 1)) first[n++] = rows.RowAt(rows.First[trace]);
        return first;
    }

    private async ValueTask<int[]> NewestAsync(int[] rows)
    {
        if (rows.Length <= 2 * request.Limit) return rows;
        var few = IsLate(rows);
        var starts = (Int64Vector)(await scan.ReadAsync(StartColumn, few ? RowSet.Of(rows) : null).ConfigureAwait(false))!;
        var newest = new PriorityQueue<int, ulong>(request.Limit);
        for (var i = 0; i < rows.Length; i++)
        {
            var start = (ulong)starts.Values[few ? i : rows[i]];
            if (newest.Count < request.Limit) newest.Enqueue(i, start);
            else if (newest.TryPeek(out _, out var oldest) && start > oldest) newest.DequeueEnqueue(i, start);
        }

        // All that begin with the oldest of these: which of them the answer shows is a matter of their ids.
        newest.TryPeek(out _, out var limit);
        var kept = new List<int>(request.Limit);
        for (var i = 0; i < rows.Length; i++)
        {
            if ((ulong)starts.Values[few ? i : rows[i]] >= limit) kept.Add(rows[i]);
        }

        return [.. kept];
    }

    private async ValueTask<TraceList> TracesAtAsync(int[] rows)
    {
        if (rows.Length == 0) return TraceList.Empty;
        var isLate = IsLate(rows);
        RowSet? few = isLate ? RowSet.Of(rows) : null;
        var ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId, few).ConfigureAwait(false))!;
        var starts = (Int64Vector)(await scan.ReadAsync(StartColumn, few).ConfigureAwait(false))!;
        var list = new TraceList.Builder(rows.Length);
        for (var i = 0; i < rows.Length; i++) list.Add(ids[isLate ? i : rows[i]], (ulong)starts.Values[isLate ? i : rows[i]]);
        return list.ToList();
    }

    private bool IsLate(int[] rows) => rows.Length * 16L < scan.SpanCount && scan.Segment.IsSortedByTrace;

    // The time range and the limits of duration rule no trace of the segment out.
    private bool AllInRange => request is { MinDurationNano: 0, MaxDurationNano: ulong.MaxValue }
        && request.Range.StartUnixNano <= scan.Segment.TimeRange.StartUnixNano && request.Range.EndUnixNano >= scan.Segment.TimeRange.EndUnixNano;

    private static bool HasConjunction(TraceFormula formula) => formula switch
    {
        TraceFormula.All all => all.Parts.Count > 1 || all.Parts.Any(HasConjunction),
        TraceFormula.Any any => any.Parts.Any(HasConjunction),
        _ => false,
    };

    private async ValueTask<TraceList> EvaluateAsync(TraceFormula formula, bool primaryOnly)
    {
        switch (formula)
        {
            case TraceFormula.Some some:
                if (!_known.TryGetValue(some.Filter, out var list))
                    _known[some.Filter] = list = await TracesOfAsync(await some.Filter.EvaluateAsync(scan).ConfigureAwait(false)).ConfigureAwait(false);
                return list;
            case TraceFormula.All { Parts.Count: 0 }:
                return await TracesOfAsync(Selection.All(scan.SpanCount)).ConfigureAwait(false);
            case TraceFormula.All all:
                var rest = await EvaluateAsync(all.Parts[0], primaryOnly).ConfigureAwait(false);
                for (var i = 1; i < all.Parts.Count && rest.Count > 0 && !primaryOnly; i++)
                    rest = TraceList.Intersect(rest, await EvaluateAsync(all.Parts[i], primaryOnly).ConfigureAwait(false));
                return rest;
            default:
                var union = TraceList.Empty;
                foreach (var part in ((TraceFormula.Any)formula).Parts)
                    union = TraceList.Union(union, await EvaluateAsync(part, primaryOnly).ConfigureAwait(false));
                return union;
        }
    }

    private async ValueTask<TraceList> TracesOfAsync(Selection hits)
    {
        var count = hits.Count;
        if (count == 0) return TraceList.Empty;
        // Few rows: only their pages are read.
        RowSet? few = count * 16L < scan.SpanCount ? hits.ToRowSet() : null;
        var startColumn = scan.Segment.HasTraceColumns ? SpanColumn.TraceStartUnixNano : SpanColumn.StartUnixNano;
        TraceIdVector ids;
        Int64Vector starts;
        if (few is { } rows)
        {
            var read = await scan.Segment.ReadRowsAsync([SpanColumn.TraceId, startColumn], rows, scan.Context).ConfigureAwait(false);
            (ids, starts) = ((TraceIdVector)read.Columns[0]!, (Int64Vector)read.Columns[1]!);
            hits = Selection.All(count);
        }
        else
        {
            ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId).ConfigureAwait(false))!;
            starts = (Int64Vector)(await scan.ReadAsync(startColumn).ConfigureAwait(false))!;
        }

        return scan.Segment.IsSortedByTrace ? Adjacent(hits, ids, starts.Values) : Scattered(hits, ids, starts.Values);
    }

    private static TraceList Adjacent(Selection hits, TraceIdVector ids, ReadOnlySpan<long> starts)
    {
        var result = new TraceList.Builder(64);
        TraceId last = default;
        var start = ulong.MaxValue;
        var any = false;
        for (var row = hits.Next(0); row >= 0; row = hits.Next(row + 1))
        {
            var id = ids[row];
            if (any && id != last)
            {
                result.Add(last, start);
                start = ulong.MaxValue;
            }

            (last, any) = (id, true);
            start = Math.Min(start, (ulong)starts[row]);
        }

        if (any) result.Add(last, start);
        return result.ToList();
    }

    private static TraceList Scattered(Selection hits, TraceIdVector ids, ReadOnlySpan<long> starts)
    {
        var traces = new Dictionary<TraceId, ulong>();
        for (var row = hits.Next(0); row >= 0; row = hits.Next(row + 1))
        {
            ref var start = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(traces, ids[row], out var exists);
            start = exists ? Math.Min(start, (ulong)starts[row]) : (ulong)starts[row];
        }

        var result = traces.Keys.ToArray();
        Array.Sort(result);
        return new TraceList(result, Array.ConvertAll(result, id => traces[id]), result.Length);
    }

    // Traces that are certainly outside the time range or the duration limits go now; of traces in several segments
    // nothing is certain.
    private async ValueTask<TraceList> InRangeAsync(TraceList traces)
    {
        var (range, own) = (request.Range, scan.Segment.TimeRange);
        var limited = request.MinDurationNano > 0 || request.MaxDurationNano < ulong.MaxValue;
        if (traces.Count == 0 || (!limited && range.StartUnixNano <= own.StartUnixNano && range.EndUnixNano >= own.EndUnixNano)) return traces;
        // A trace with a start in the range overlaps it, whatever else belongs to it: mostly that settles all, and the columns of
        // a whole block need not be read because the block reaches over the range.
        if (!limited && StartWithin(traces, range)) return traces;
        var straddling = await spread.StraddlingAsync().ConfigureAwait(false);
        var times = await TraceTable.OfAsync(scan.Segment, scan.Context).ConfigureAwait(false);
        return Where(traces, id =>
        {
            if (!times.TryGet(id, out var start, out var end) || straddling.Contains(id)) return true;
            var duration = end - start;
            return start <= range.EndUnixNano && end >= range.StartUnixNano && duration >= request.MinDurationNano && duration <= request.MaxDurationNano;
        });
    }

    private static bool StartWithin(TraceList traces, TimeRange range)
    {
        for (var i = 0; i < traces.Count; i++)
        {
            if (traces.Start(i) < range.StartUnixNano || traces.Start(i) > range.EndUnixNano) return false;
        }

        return true;
    }

    private static TraceList Where(TraceList traces, Func<TraceId, bool> keep)
    {
        var result = new TraceList.Builder(16);
        for (var i = 0; i < traces.Count; i++)
        {
            if (keep(traces.Id(i))) result.Add(traces.Id(i), traces.Start(i));
        }

        return result.ToList();
    }
}
