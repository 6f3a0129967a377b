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
    private readonly NeededFields _needed = new();
    private readonly HashSet<TraceId> _whole = [];
    private int _scanned;
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
            if (RowCondition.Of(pipeline) is { } condition && !_observer.NeedsObjects) await ObserveRowsAsync(condition).ConfigureAwait(false);
            else await ObservePipelineAsync().ConfigureAwait(false);
            await ObserveTracesAsync().ConfigureAwait(false);
            series = SecondStages.Apply(_observer.Series(), metrics.Second);
        }

        string? message = null;
        if (_request.MaxSeries > 0 && series.Count > _request.MaxSeries)
        {
            message = $"the answer has {series.Count} series and was cut to {_request.MaxSeries}, the maximum number of series; "
                + "values that need all of them may be inaccurate";
            series.RemoveRange(_request.MaxSeries, series.Count - _request.MaxSeries);
        }

        var inspected = new SearchMetrics(
            _inspectedTraces, _context.InspectedSpans, _context.InspectedBytes, _snapshot.BlockCount, _snapshot.BlockBytes,
            _scanned, _segments.All.Count - _scanned);
        return new MetricsResult(_request.Buckets, series, message, inspected, _segments.Problems);
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

    private Task ForEachSegmentAsync(bool onlyInRange, Func<int, SegmentScan, ValueTask> work)
    {
        var (first, last) = (_request.Buckets.StartUnixNano, _request.Buckets.EndUnixNano);
        var wanted = Enumerable.Range(0, _segments.All.Count).Where(i =>
            _segments.All[i].SpanCount > 0 && (!onlyInRange || (_segments.All[i].TimeRange.StartUnixNano <= last && _segments.All[i].TimeRange.EndUnixNano > first)));
        return _segments.ForEachAsync(wanted, _request.Parallelism, async index =>
        {
            var buffers = new ScanBuffers();
            var scan = new SegmentScan(_segments.All[index], _context.With(buffers), _spread);
            _context.AddSpans(scan.SpanCount);
            await work(index, scan).ConfigureAwait(false);
            buffers.Return();
            Interlocked.Increment(ref _scanned);
        });
    }

    private async Task ObserveTracesAsync()
    {
        if (_whole.Count == 0) return;
        var loader = new TraceLoader(_segments, _needed, _context, _request.MaxMemoryBytes);
        foreach (var chunk in _whole.Order().Chunk(TracesAtOnce))
        {
            _context.CancellationToken.ThrowIfCancellationRequested();
            foreach (var trace in await loader.LoadAsync(chunk, _request.Parallelism).ConfigureAwait(false))
            {
                _inspectedTraces++;
                _observer.Observe(trace, PlainEvaluator.Run(_request.Query.Pipeline, trace).SelectMany(s => s.Spans));
            }
        }
    }
}
