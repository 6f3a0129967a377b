using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Columns;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Execution.Search;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// Metrics over a snapshot:
/// <code>
///   1 select    each segment: rows that the pipeline leaves, by filters on columns. Repetitions of a span are passed over.
///   2 observe   these rows: group by codes, interval by start, add up. Segments run side by side and add into shared groups.
///   3 decide    traces of which no segment alone can tell (values of the whole trace, operators between spans): as objects,
///               by the plain evaluator, each once.
///   4 finish    series of the groups, second stages, order, limit.
/// </code>
/// </summary>
public sealed class MetricsExecutor
{
    private const int TracesAtOnce = 512;

    private readonly SpanSnapshot _snapshot;
    private readonly MetricsRequest _request;
    private readonly ScanContext _context;
    private readonly SegmentSet _segments;
    private readonly TraceSpread _spread;
    private readonly RepeatedRows _repeated;
    private readonly IMetricsObserver _observer;
    private readonly IntervalCertainty _certainty;
    private readonly NeededFields _needed = new();
    private readonly HashSet<TraceId> _whole = [];
    private int _inspectedTraces;

    private MetricsExecutor(SpanSnapshot snapshot, MetricsRequest request, CancellationToken cancellationToken)
    {
        _snapshot = snapshot;
        _request = request;
        _context = new ScanContext(cancellationToken);
        _segments = new SegmentSet(snapshot, cancellationToken);
        _spread = new TraceSpread(snapshot.Segments, _context);
        _repeated = new RepeatedRows(snapshot.Segments, _spread, _context);
        _needed.Add(request.Query.Pipeline);
        var first = request.Query.Metrics!.First;
        if (first is MetricsAggregateStage stage)
        {
            var exemplars = request.MaxExemplars > 0 ? new ExemplarPicker(_needed, request.MaxExemplars, snapshot.Segments.Count) : null;
            _observer = new AggregateObserver(stage, request.Buckets, request.MaxMemoryBytes, exemplars);
        }
        else
        {
            _observer = new CompareObserver((MetricsCompareStage)first, request.Buckets, request.MaxMemoryBytes);
        }

        _observer.AddTo(_needed);
        _certainty = new IntervalCertainty(request, RowsTell(request.Query.Pipeline, _observer));
    }

    /// <exception cref="QueryLimitException">The query needs more memory than the request allows.</exception>
    public static Task<MetricsResult> RunAsync(SpanSnapshot snapshot, MetricsRequest request, CancellationToken cancellationToken)
    {
        if (request.Query.Metrics is null) throw new ArgumentException("not a metrics query", nameof(request));
        // Columns in memory are read without waiting: leave the caller's thread before the work begins.
        return Task.Run(() => new MetricsExecutor(snapshot, request, cancellationToken).RunAsync(), cancellationToken);
    }

    private async Task<MetricsResult> RunAsync()
    {
        var (pipeline, metrics) = (_request.Query.Pipeline, _request.Query.Metrics!);
        List<MetricsSeries> series = [];
        if (!RowCondition.IsNever(pipeline))
        {
            var scan = _request.Explanation?.Step("scan");
            if (RowCondition.Of(pipeline) is { } condition && !_observer.NeedsObjects) await ObserveRowsAsync(condition).ConfigureAwait(false);
            else await ObservePipelineAsync().ConfigureAwait(false);
            scan?.Dispose();
            using (_request.Explanation?.Step("decide traces")) await ObserveTracesAsync().ConfigureAwait(false);
            using var step = _request.Explanation?.Step("series");
            series = SecondStages.Apply(_observer.Series(), metrics.Second);
        }

        _request.Explanation?.Conclude(_segments, _request.Query, _ => RowCondition.IsNever(pipeline) ? "no span can match" : "no span of it lies in the time range");
        string? message = null;
        if (_request.MaxSeries > 0 && series.Count > _request.MaxSeries)
        {
            message = $"the answer has {series.Count} series and was cut to {_request.MaxSeries}, the maximum number of series; "
                + "values that need all of them may be inaccurate";
            series.RemoveRange(_request.MaxSeries, series.Count - _request.MaxSeries);
        }

        return new MetricsResult(_request.Buckets, series, message, Inspected(_segments.All.Count - _segments.ScannedCount), _segments.Problems)
        {
            Receipt = Receipts.Of(_snapshot, _segments, _context),
        };
    }

    private SearchMetrics Inspected(int skipped) => new(
        _inspectedTraces, _context.InspectedSpans, _context.InspectedBytes, _snapshot.BlockCount, _snapshot.BlockBytes, _segments.ScannedCount, skipped);

    private static bool RowsTell(SpansetPipeline pipeline, IMetricsObserver observer) =>
        RowCondition.Of(pipeline) is { } condition && !observer.NeedsObjects && !observer.NeedsWholeTrace && !FilterPlan.Compile(condition).NeedsWholeTrace;

    private async ValueTask ReportAsync(ulong latestUnread)
    {
        if (_request.Progress is not { IsDue: true } progress) return;
        var (first, end) = _certainty.Next(latestUnread);
        var series = first < end ? SecondStages.Apply(_observer.Series(), _request.Query.Metrics!.Second) : [];
        // An answer that is to be cut is cut when all of it is known.
        if (_request.MaxSeries > 0 && series.Count > _request.MaxSeries) series = [];
        var certain = series.Count > 0 ? new CertainIntervals(series, _request.Buckets, first, end) : null;
        await progress.ReportAsync(certain, Inspected(skipped: 0), _segments.All.Count).ConfigureAwait(false);
    }

    private async Task ObserveRowsAsync(FieldExpression condition)
    {
        var plan = FilterPlan.Compile(condition);
        // The same for all segments: of a trace that one of them leaves for later no other may count rows, even if there the condition could be told.
        var needsWholeTrace = plan.NeedsWholeTrace || _observer.NeedsWholeTrace;
        await ForEachSegmentAsync(onlyInRange: true, async (index, scan) =>
        {
            var hits = (await plan.EvaluateAsync(scan).ConfigureAwait(false)).Copy();
            if (hits.IsEmpty) return;
            if (needsWholeTrace)
            {
                var unknown = scan.IsUnknownThroughout ? Selection.All(scan.SpanCount) : await scan.UnknownTracesAsync().ConfigureAwait(false);
                await LeaveForLaterAsync(scan, hits.Copy().And(unknown)).ConfigureAwait(false);
                hits.AndNot(unknown);
            }

            if (await _repeated.OfAsync(index).ConfigureAwait(false) is { } repeated) hits.AndNot(repeated);
            await _observer.ObserveAsync(scan, hits).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async ValueTask LeaveForLaterAsync(SegmentScan scan, Selection rows)
    {
        if (rows.IsEmpty) return;
        var ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId).ConfigureAwait(false))!;
        lock (_whole)
        {
            for (var row = rows.Next(0); row >= 0; row = rows.Next(row + 1)) _whole.Add(ids[row]);
        }
    }

    private async Task ObservePipelineAsync()
    {
        var pipeline = ColumnPipeline.Of(_request.Query.Pipeline);
        await ForEachSegmentAsync(onlyInRange: false, async (_, scan) =>
        {
            var outcome = await pipeline.EvaluateAsync(scan, _spread).ConfigureAwait(false);
            var asObjects = outcome.Unknown;
            if (_observer.NeedsObjects || (_observer.NeedsWholeTrace && !scan.Segment.HasTraceColumns)) asObjects.Or(outcome.Matching);
            else if (outcome.Spans is { } spans) await _observer.ObserveAsync(scan, spans).ConfigureAwait(false);
            var first = new Selection(scan.SpanCount);
            for (var trace = asObjects.Next(0); trace >= 0; trace = asObjects.Next(trace + 1)) first.Set(outcome.Rows.RowAt(outcome.Rows.First[trace]));
            await LeaveForLaterAsync(scan, first).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task ForEachSegmentAsync(bool onlyInRange, Func<int, SegmentScan, ValueTask> work)
    {
        var (first, last) = (_request.Buckets.StartUnixNano, _request.Buckets.EndUnixNano);
        var wanted = Enumerable.Range(0, _segments.All.Count).Where(i =>
            _segments.All[i].SpanCount > 0 && (!onlyInRange || (_segments.All[i].TimeRange.StartUnixNano <= last && _segments.All[i].TimeRange.EndUnixNano > first)));
        if (_request.Progress is null)
        {
            await _segments.ForEachAsync(wanted, _request.Parallelism, ScanAsync).ConfigureAwait(false);
            return;
        }

        var unread = IntervalCertainty.LatestFirst(wanted, _segments.All).ToArray();
        var read = 0;
        // Over a network many at once, as where nobody follows.
        var size = unread.Any(i => _segments.All[i].IsFar) ? SegmentSet.FarAtOnce : Math.Max(1, _request.Parallelism);
        foreach (var group in unread.Chunk(size))
        {
            await _segments.ForEachAsync(group, _request.Parallelism, ScanAsync).ConfigureAwait(false);
            read += group.Length;
            await ReportAsync(read < unread.Length ? _segments.All[unread[read]].TimeRange.EndUnixNano : 0).ConfigureAwait(false);
        }

        async ValueTask ScanAsync(int index)
        {
            var buffers = new ScanBuffers();
            var scan = new SegmentScan(_segments.All[index], _context.With(buffers), _spread);
            _context.AddSpans(scan.SpanCount);
            await work(index, scan).ConfigureAwait(false);
            buffers.Return();
            _segments.MarkScanned(index);
        }
    }

    private async Task ObserveTracesAsync()
    {
        if (_whole.Count == 0) return;
        var loader = new TraceLoader(_segments, _needed, _context, _request.MaxMemoryBytes);
        foreach (var chunk in _whole.Order().Chunk(TracesAtOnce))
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            await ReportAsync(ulong.MaxValue).ConfigureAwait(false);
            foreach (var trace in await loader.LoadAsync(chunk, _request.Parallelism).ConfigureAwait(false))
            {
                _inspectedTraces++;
                _observer.Observe(trace, PlainEvaluator.Run(_request.Query.Pipeline, trace).SelectMany(s => s.Spans));
            }
        }
    }
}
