using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary><c>compare</c>: every attribute column of a segment is counted by value, for the selection and for the rest.</summary>
internal sealed class CompareObserver : IMetricsObserver
{
    private const int LateShare = 16;
    private const int Sides = 2;

    private readonly MetricsCompareStage _stage;
    private readonly TimeBuckets _buckets;
    private readonly FilterPlan _selection;
    private readonly CompareCounts _counts;

    public CompareObserver(MetricsCompareStage stage, TimeBuckets buckets, long maxMemoryBytes)
    {
        _stage = stage;
        _buckets = buckets;
        _selection = FilterPlan.Compile(stage.Selection.Condition);
        _counts = new CompareCounts(buckets.Count, maxMemoryBytes);
        var needed = new NeededFields();
        needed.Add(stage.Selection.Condition);
        NeedsObjects = needed.Shown.Contains(new IntrinsicField(Intrinsic.SpanChildCount));
    }

    /// <summary>The root's name and service are compared too.</summary>
    public bool NeedsWholeTrace => true;

    public bool NeedsObjects { get; }

    public void AddTo(NeededFields needed)
    {
        needed.Add(_stage.Selection.Condition);
        foreach (var intrinsic in CompareFields.Intrinsics) needed.Add(new IntrinsicField(intrinsic));
        needed.AllKeys = true;
    }

    public async ValueTask ObserveAsync(SegmentScan scan, Selection hits)
    {
        var count = hits.Count;
        if (count == 0) return;
        RowSet? rows = (long)count * LateShare < scan.SpanCount ? hits.ToRowSet() : null;
        var starts = (Int64Vector)(await scan.ReadAsync(SpanColumn.StartUnixNano, rows).ConfigureAwait(false))!;
        var intervals = new int[starts.Count];
        Intervals.Find(starts.Values, _buckets, rows is null && count < scan.SpanCount ? hits : null, intervals);
        if (Array.TrueForAll(intervals, i => i < 0)) return;
        var selected = await _selection.EvaluateAsync(scan).ConfigureAwait(false);
        var places = Places(intervals, starts.Values, selected, rows);
        foreach (var field in await FieldsAsync(scan).ConfigureAwait(false))
        {
            scan.CancellationToken.ThrowIfCancellationRequested();
            Count(field, await FieldCodes.ReadAsync(scan, field, rows).ConfigureAwait(false), places);
        }
    }

    public void Observe(PlainTrace trace, IEnumerable<int> spans)
    {
        foreach (var index in spans)
        {
            var start = trace.Spans[index].StartUnixNano;
            if (_buckets.IndexOf(start) is not (>= 0 and var interval)) continue;
            var isSelected = PlainCondition.Holds(_stage.Selection.Condition, trace, index) && IsInTime((long)start);
            foreach (var (field, value) in CompareFields.Of(trace, index)) _counts.Add(field, isSelected, value, interval, 1);
        }
    }

    public IEnumerable<MetricsSeries> Series() => _counts.Series(_stage.TopN ?? MetricsCompareStage.DefaultTopN);

    private bool IsInTime(long start) => _stage is not { StartUnixNano: { } from, EndUnixNano: { } to } || (start > from && start <= to);

    // Interval and side in one number: the selection's intervals come after the baseline's. Below zero for rows that do not count.
    private int[] Places(int[] intervals, ReadOnlySpan<long> starts, Selection selected, RowSet? rows)
    {
        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals[i] >= 0 && selected[rows is { } few ? few[i] : i] && IsInTime(starts[i])) intervals[i] += _buckets.Count;
        }

        return intervals;
    }

    private static async ValueTask<List<Field>> FieldsAsync(SegmentScan scan)
    {
        var fields = new HashSet<Field>(CompareFields.Intrinsics.Select(i => new IntrinsicField(i))) { new AttributeField(AttributeScope.Resource, "service.name") };
        foreach (var column in scan.Segment.Attributes) fields.Add(new AttributeField(ScopeOf(column.Owner), column.Key));
        foreach (var owner in Enum.GetValues<AttributeOwner>())
        {
            if (!scan.Segment.HasOverflow(owner)) continue;
            foreach (var key in await scan.Segment.ReadOverflowKeysAsync(owner, int.MaxValue, scan.Context).ConfigureAwait(false))
                fields.Add(new AttributeField(ScopeOf(owner), key));
        }

        return [.. fields];
    }

    private static AttributeScope ScopeOf(AttributeOwner owner) => owner switch
    {
        AttributeOwner.Span => AttributeScope.Span,
        AttributeOwner.Resource => AttributeScope.Resource,
        AttributeOwner.Scope => AttributeScope.Instrumentation,
        AttributeOwner.Event => AttributeScope.Event,
        _ => AttributeScope.Link,
    };

    private void Count(Field field, FieldCodes codes, int[] places)
    {
        var width = _buckets.Count * Sides;
        var cells = new CellTable<int>((long)codes.Values.Count * width);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0 && codes.Codes[i] > 0) cells.At(((long)codes.Codes[i] * width) + places[i])++;
        }

        _counts.Add(field, cells.Occurring().Select(cell =>
        {
            var place = (int)(cell % width);
            return (place >= _buckets.Count, codes.Values[(int)(cell / width)].Scalar, place % _buckets.Count, (long)cells[cell]);
        }));
    }
}
