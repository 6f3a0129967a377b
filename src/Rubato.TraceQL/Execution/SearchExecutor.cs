using System.Collections.Concurrent;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Execution.Search;

namespace Rubato.TraceQL.Execution;

/// <summary>
/// Exact newest-first search over a snapshot:
/// <code>
///   1 scan     segments, those with the newest traces first: filters on columns select spans, spans name candidate traces.
///              A candidate's start in one segment bounds its true start from above.
///   2 decide   the newest candidates, once no unread segment can hold a newer one: all of a trace's spans are gathered
///              from all segments, and the plain evaluator has the final word.
///   3 stop     when the answer is full and nothing left can be newer than its last trace.
/// </code>
/// Pipelines of more than a filter are decided over columns already in the scan, where a trace lies in one segment.
/// The scan may find too much, never too little, so the answer does not depend on how spans are spread over segments.
/// </summary>
public sealed class SearchExecutor
{
    // Deciding in batches reads each column once for many traces. The first batch is about what the answer needs; when
    // few candidates turn out to match, batches grow.
    private const int FirstBatch = 24;
    private const int LargestBatch = 1024;

    private readonly SpanSnapshot _snapshot;
    private readonly SearchRequest _request;
    private readonly ITraceMatcher _matcher;
    private readonly ScanContext _context;
    private readonly SegmentSet _segments;
    private readonly TraceSpread _spread;
    private readonly CandidatePool _pool = new();
    private readonly SortedList<TraceOrder, TraceSearchResult> _answer = [];
    private int _inspectedTraces;
    private int _reported;
    // The first time eight: what they cost beside two is bytes, what they save is waiting.
    private int _nextFar = 4;

    private SearchExecutor(SpanSnapshot snapshot, SearchRequest request, ITraceMatcher matcher, CancellationToken cancellationToken)
    {
        _snapshot = snapshot;
        _request = request;
        _matcher = matcher;
        _context = new ScanContext(cancellationToken);
        _segments = new SegmentSet(snapshot, cancellationToken);
        _spread = new TraceSpread(snapshot.Segments, _context);
    }

    /// <exception cref="QueryLimitException">The search needs more memory than the request allows.</exception>
    public static Task<SearchResult> SearchAsync(SpanSnapshot snapshot, SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.Limit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.SpansPerSpanset);
        ITraceMatcher matcher = request.Query is { } query
            ? new QueryMatcher(query.Pipeline, request.SpansPerSpanset)
            : new LegacyMatcher(request.Tags);
        var search = new SearchExecutor(snapshot, request, matcher, cancellationToken);
        // Columns in memory are read without waiting: leave the caller's thread before the work begins.
        return Task.Run(search.RunAsync, cancellationToken);
    }

    private async Task<SearchResult> RunAsync()
    {
        if (!_matcher.Candidates.IsFalse) await FillAsync().ConfigureAwait(false);
        _request.Explanation?.Conclude(_segments, _request.Query, s => _matcher.Candidates.IsFalse ? "no trace can match"
            : !MayTouchRange(s) ? "it begins after the time range" : "nothing in it is as new as the last trace of the full answer");
        return new SearchResult([.. _answer.Values], Metrics(_segments.All.Count - _segments.ScannedCount), _segments.Problems)
        {
            Receipt = Receipts.Of(_snapshot, _segments, _context, Worst?.StartUnixNano),
        };
    }

    private SearchMetrics Metrics(int skipped) => new(
        _inspectedTraces, _context.InspectedSpans, _context.InspectedBytes, _snapshot.BlockCount, _snapshot.BlockBytes, _segments.ScannedCount, skipped);

    /// <summary>
    /// Certain is what begins later than anything unread or undecided can. That bound only falls, so what was reported stays the
    /// beginning of the answer.
    /// </summary>
    private async ValueTask ReportAsync(ulong newestUnread)
    {
        if (_request.Progress is not { IsDue: true } progress) return;
        var bound = Math.Max(newestUnread, _pool.TryPeek(out var undecided) ? undecided.StartUnixNano : 0);
        var certain = new List<TraceSearchResult>();
        while (_reported < _answer.Count && _answer.Keys[_reported].StartUnixNano > bound) certain.Add(_answer.Values[_reported++]);
        await progress.ReportAsync(certain, Metrics(skipped: 0), _segments.All.Count).ConfigureAwait(false);
    }

    private async Task FillAsync()
    {
        var unread = new Queue<int>(Enumerable.Range(0, _segments.All.Count)
            .Where(i => _segments.All[i].SpanCount > 0 && MayTouchRange(_segments.All[i]))
            .OrderByDescending(i => _segments.All[i].MaxTraceStartUnixNano));
        var batch = Math.Min(LargestBatch, Math.Max(FirstBatch, _request.Limit));
        while (true)
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            var worst = Worst;
            var newestUnread = unread.TryPeek(out var next) ? _segments.All[next].MaxTraceStartUnixNano : 0;
            await ReportAsync(newestUnread).ConfigureAwait(false);
            if (unread.Count > 0 && worst is { } full && newestUnread < full.StartUnixNano)
            {
                unread.Clear();
                continue;
            }

            var hasCandidate = _pool.TryPeek(out var newest);
            if (unread.Count > 0 && (!hasCandidate || newestUnread >= newest.StartUnixNano))
            {
                using (_request.Explanation?.Step("scan")) await ScanAsync(unread).ConfigureAwait(false);
                continue;
            }

            if (!hasCandidate || (worst is { } last && newest.CompareTo(last) > 0)) return;
            using var step = _request.Explanation?.Step("decide traces");
            var ids = await TakeBatchAsync(batch, newestUnread, worst).ConfigureAwait(false);
            var matched = await DecideAsync(ids).ConfigureAwait(false);
            // Of those that there were to decide, which are few where most are not certain yet to be the newest.
            if (matched * 4 < ids.Count) batch = Math.Min(LargestBatch, batch * 2);
        }
    }

    /// <summary>The last trace of a full answer: later ones are not wanted.</summary>
    private TraceOrder? Worst => _answer.Count < _request.Limit ? null : _answer.Keys[_answer.Count - 1];

    // A trace begins no later than its spans: one whose spans here all begin after the range may still begin in it
    // elsewhere, but then it is a candidate only if a span of it matches, here or there. So only the end rules out.
    private bool MayTouchRange(ISpanSegment segment) =>
        segment.TimeRange.StartUnixNano <= _request.Range.EndUnixNano || _segments.All.Count > 1;

    private async Task ScanAsync(Queue<int> unread)
    {
        // Over a network more segments each time: a query that the newest satisfy reads little, another waits for few rounds.
        var size = Math.Max(1, _request.Parallelism);
        if (unread.Any(i => _segments.All[i].IsFar)) size = _nextFar = Math.Min(SegmentSet.FarAtOnce, Math.Max(size, 2 * _nextFar));
        var group = new List<int>();
        while (group.Count < size && unread.TryDequeue(out var index)) group.Add(index);
        var found = new FoundTraces[_segments.All.Count];
        await _segments.ForEachAsync(group, _request.Parallelism, async index =>
        {
            var buffers = new ScanBuffers();
            var scan = new SegmentScan(_segments.All[index], _context.With(buffers), _spread);
            _context.AddSpans(scan.SpanCount);
            var candidates = new SegmentCandidates(scan, _spread, _request);
            found[index] = _matcher.Columns is { } columns
                ? await candidates.FindAsync(columns).ConfigureAwait(false)
                : await candidates.FindAsync(_matcher.Candidates).ConfigureAwait(false);
            buffers.Return();
            _segments.MarkScanned(index);
        }).ConfigureAwait(false);
        foreach (var index in group)
        {
            _pool.Add(found[index].Traces, Worst);
            if (found[index].Late is { } late) _pool.Add(index, late);
            if (_pool.MemoryBytes > _request.MaxMemoryBytes)
            {
                throw new QueryLimitException(
                    $"the query has more than {_pool.Count} candidate traces, beyond the {_request.MaxMemoryBytes} bytes it may hold; "
                    + "make the filters more selective or the time range shorter");
            }
        }
    }

    private async Task<List<TraceId>> TakeBatchAsync(int size, ulong newestUnread, TraceOrder? worst)
    {
        var ids = new List<TraceId>();
        var late = new Dictionary<int, List<int>>();
        for (var taken = 0; taken < size && _pool.TryPeek(out var order) && order.StartUnixNano >= newestUnread
            && (worst is not { } last || order.CompareTo(last) <= 0); taken++)
        {
            var candidate = _pool.Take();
            if (candidate.Late is not { } place)
            {
                ids.Add(candidate.Id);
                continue;
            }

            if (!late.TryGetValue(place.Segment, out var rows)) late[place.Segment] = rows = [];
            rows.Add(place.Row);
        }

        // A trace that lies in several segments may come up in each; it is decided once.
        foreach (var id in await IdsOfAsync(late).ConfigureAwait(false))
        {
            if (_pool.TryTake(id)) ids.Add(id);
        }

        return ids;
    }

    private async Task<IReadOnlyCollection<TraceId>> IdsOfAsync(Dictionary<int, List<int>> rows)
    {
        if (rows.Count == 0) return [];
        var ids = new ConcurrentBag<TraceId>();
        await _segments.ForEachAsync(rows.Keys, _request.Parallelism, async index =>
        {
            rows[index].Sort();
            var read = (TraceIdVector)(await _segments.All[index].ReadRowsAsync(SpanColumn.TraceId, RowSet.Of([.. rows[index]]), _context).ConfigureAwait(false))!;
            for (var i = 0; i < read.Count; i++) ids.Add(read[i]);
        }).ConfigureAwait(false);
        return ids;
    }

    private async Task<int> DecideAsync(List<TraceId> ids)
    {
        var loader = new TraceLoader(_segments, _matcher.Needed, _context, _request.MaxMemoryBytes);
        var range = _request.Range;
        var matched = 0;
        foreach (var trace in await loader.LoadAsync(ids, _request.Parallelism).ConfigureAwait(false))
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            _inspectedTraces++;
            if (trace.StartUnixNano > range.EndUnixNano || trace.EndUnixNano < range.StartUnixNano) continue;
            if (trace.DurationNano < _request.MinDurationNano || trace.DurationNano > _request.MaxDurationNano) continue;
            if (_matcher.Match(trace) is not { } result) continue;
            matched++;
            _answer.Add(new TraceOrder(trace.StartUnixNano, trace.TraceId), result);
            if (_answer.Count > _request.Limit) _answer.RemoveAt(_answer.Count - 1);
        }

        return matched;
    }
}
