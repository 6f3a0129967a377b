using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Every first stage but <c>compare</c>.</summary>
internal sealed class AggregateObserver : IMetricsObserver
{
    // Below one hit in this many rows, only the rows hit are read of further columns.
    private const int LateShare = 16;

    private readonly MetricsAggregateStage _stage;
    private readonly TimeBuckets _buckets;
    private readonly MetricsGroups _groups;
    private readonly ExemplarPicker? _exemplars;

    public AggregateObserver(MetricsAggregateStage stage, TimeBuckets buckets, long maxMemoryBytes, ExemplarPicker? exemplars)
    {
        _stage = stage;
        _buckets = buckets;
        _groups = new MetricsGroups(stage, buckets, maxMemoryBytes);
        _exemplars = exemplars;
        var needed = new NeededFields();
        AddTo(needed);
        NeedsWholeTrace = needed.WholeTrace;
        NeedsObjects = needed.Shown.Contains(new IntrinsicField(Intrinsic.SpanChildCount));
    }

    public bool NeedsWholeTrace { get; }

    public bool NeedsObjects { get; }

    public void AddTo(NeededFields needed)
    {
        foreach (var field in _stage.By) needed.Add(field);
        if (_stage.Argument is not null) needed.Add(_stage.Argument);
    }

    public async ValueTask ObserveAsync(SegmentScan scan, Selection hits)
    {
        var count = hits.Count;
        if (count == 0) return;
        RowSet? rows = (long)count * LateShare < scan.SpanCount ? hits.ToRowSet() : null;
        var starts = (Int64Vector)(await scan.ReadAsync(SpanColumn.StartUnixNano, rows).ConfigureAwait(false))!;
        var intervals = scan.Rent<int>(starts.Count).AsMemory(0, starts.Count);
        Intervals.Find(starts.Values, _buckets, rows is null && count < scan.SpanCount ? hits : null, intervals.Span);
        if (!intervals.Span.ContainsAnyInRange(0, int.MaxValue)) return;
        var ids = await GroupIds.ReadAsync(scan, _stage.By, rows).ConfigureAwait(false);
        var observation = new SegmentObservation(scan, ids, intervals, _groups);
        double[]? numbers = null;
        byte[]? powers = null;
        if (_groups.HasBuckets)
        {
            powers = await FieldNumbers.ReadBucketsAsync(scan, _stage.Argument!, rows).ConfigureAwait(false);
            observation.CountBuckets(powers);
        }
        else if (_groups.HasNumbers)
        {
            numbers = await FieldNumbers.ReadAsync(scan, _stage.Argument!, rows).ConfigureAwait(false);
            observation.AddNumbers(numbers);
        }
        else
        {
            observation.Count();
        }

        if (_exemplars is not null)
        {
            bool IsObserved(int i) => intervals.Span[i] >= 0 && (powers is null || powers[i] > 0) && (numbers is null || !double.IsNaN(numbers[i]));
            await AddExemplarsAsync(scan, rows, ids, intervals, powers, IsObserved).ConfigureAwait(false);
        }
    }

    public void Observe(PlainTrace trace, IEnumerable<int> spans)
    {
        var seen = spans.Select(i => (Index: i, Interval: _buckets.IndexOf(trace.Spans[i].StartUnixNano))).Where(s => s.Interval >= 0).ToList();
        if (seen.Count == 0) return;
        _groups.Update(groups =>
        {
            foreach (var (index, interval) in seen)
            {
                var key = new StaticValue[_stage.By.Count];
                for (var i = 0; i < key.Length; i++) key[i] = PlainCondition.ValueOf(_stage.By[i], trace, index).Scalar;
                Observe(groups, new GroupKey(key), interval, trace, index);
            }
        });
    }

    public IEnumerable<MetricsSeries> Series() => SeriesBuilder.Build(_groups, _exemplars?.Max ?? 0);

    private async ValueTask AddExemplarsAsync(SegmentScan scan, RowSet? rows, GroupIds ids, ReadOnlyMemory<int> intervals, byte[]? powers, Predicate<int> isObserved)
    {
        var picked = await _exemplars!.PickAsync(scan, rows, isObserved, intervals.Length).ConfigureAwait(false);
        if (picked.Count == 0) return;
        var at = RowSet.Of([.. picked.Select(p => rows is { } few ? few[p.Place] : p.Place)]);
        var numbers = _stage.Argument is null ? null : await FieldNumbers.ReadAsync(scan, _stage.Argument, at).ConfigureAwait(false);
        var divisor = MetricsLabels.DivisorOf(_stage);
        _groups.Update(groups =>
        {
            for (var i = 0; i < picked.Count; i++)
            {
                var (place, exemplar) = picked[i];
                // An exemplar of a quantile stands at its own number: without one it has no place.
                if (_stage.Function == MetricsFunction.QuantileOverTime && (numbers is null || double.IsNaN(numbers[i]))) continue;
                groups.GetOrAdd_NeedsLock(ids.KeyOf(ids.Of(place))).Exemplars.Add(
                    new FoundExemplar(intervals.Span[place], numbers is null ? double.NaN : numbers[i] / divisor, powers?[place] ?? 0, exemplar));
            }
        });
    }

    private void Observe(MetricsGroups groups, GroupKey key, int interval, PlainTrace trace, int index)
    {
        var value = _stage.Argument is null ? StaticValue.Nil : PlainCondition.ValueOf(_stage.Argument, trace, index).Scalar;
        var bucket = 0;
        if (_groups.HasBuckets)
        {
            bucket = value.Type is StaticType.Int or StaticType.Duration ? PowerBuckets.Of(value.Int) : 0;
            if (bucket == 0) return;
            groups.CountBucket_NeedsLock(groups.GetOrAdd_NeedsLock(key), bucket, interval, 1);
        }
        else if (_groups.HasNumbers)
        {
            if (!value.IsNumeric || double.IsNaN(value.AsDouble())) return;
            groups.Combine_NeedsLock(groups.GetOrAdd_NeedsLock(key), interval, value.AsDouble(), 1);
        }
        else
        {
            groups.Count_NeedsLock(groups.GetOrAdd_NeedsLock(key), interval, 1);
        }

        if (_exemplars?.Pick(trace, index) is not { } exemplar) return;
        groups.GetOrAdd_NeedsLock(key).Exemplars.Add(
            new FoundExemplar(interval, value.IsNumeric ? value.AsDouble() / MetricsLabels.DivisorOf(_stage) : double.NaN, bucket, exemplar));
    }
}
