using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// Chooses spans to show behind series (spec/traceql.md 13.10): any will do, at most one of a trace. Of a block neighbours are
/// taken, because rows there lie in the order of random ids: they are spread over time all the same, and cost one page.
/// </summary>
/// <param name="needed">The fields that the query reads, which exemplars show.</param>
/// <param name="max">Exemplars in the whole answer.</param>
/// <param name="segments">Segments that share them.</param>
internal sealed class ExemplarPicker(NeededFields needed, int max, int segments)
{
    // Some of the rows looked at are of traces that have been taken.
    private const int RowsPerExemplar = 3;
    private const int LeastPerSegment = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<TraceId> _taken = [];
    private int _ofObjects;

    public int Max => max;

    /// <summary>Exemplars of observed rows, without their value.</summary>
    public async ValueTask<List<(int Place, MetricsExemplar Exemplar)>> PickAsync(SegmentScan scan, RowSet? rows, Predicate<int> isObserved, int count)
    {
        var share = Math.Min(max, Math.Max(LeastPerSegment, (max / Math.Max(1, segments)) + 1));
        var places = Places(isObserved, count, share * RowsPerExemplar, spreadOut: !scan.Segment.IsSortedByTrace);
        var picked = new List<(int, MetricsExemplar)>();
        if (places.Count == 0) return picked;
        var at = RowSet.Of([.. places.Select(i => rows is { } few ? few[i] : i)]);
        var ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId, at).ConfigureAwait(false))!;
        var starts = (Int64Vector)(await scan.ReadAsync(SpanColumn.StartUnixNano, at).ConfigureAwait(false))!;
        var shown = needed.Shown.Where(f => f is not IntrinsicField { Intrinsic: Intrinsic.TraceId } && (scan.Segment.HasTraceColumns ? !IsComputed(f) : !IsOfTrace(f))).ToList();
        var values = new List<FieldCodes>(shown.Count);
        foreach (var field in shown) values.Add(await FieldCodes.ReadAsync(scan, field, at).ConfigureAwait(false));
        for (var i = 0; i < places.Count && picked.Count < share; i++)
        {
            if (!TryTake(ids[i])) continue;
            var labels = Labels(ids[i]);
            for (var f = 0; f < shown.Count; f++)
            {
                if (values[f].Codes[i] != 0) labels.Add(new(CanonicalText.Of(shown[f]), values[f].Values[values[f].Codes[i]].ToAttribute()));
            }

            picked.Add((places[i], new MetricsExemplar(labels, double.NaN, (long)((ulong)starts.Values[i] / 1_000_000))));
        }

        return picked;
    }

    /// <summary>The span as an exemplar, or null when there are enough or its trace has one.</summary>
    public MetricsExemplar? Pick(PlainTrace trace, int index)
    {
        if (_ofObjects >= max || !TryTake(trace.TraceId)) return null;
        _ofObjects++;
        var labels = Labels(trace.TraceId);
        foreach (var field in needed.Shown)
        {
            if (field is IntrinsicField { Intrinsic: Intrinsic.TraceId }) continue;
            if (PlainFields.ValuesOf(field, trace, index) is [var value, ..]) labels.Add(new(CanonicalText.Of(field), value.ToAttribute()));
        }

        return new MetricsExemplar(labels, double.NaN, (long)(trace.Spans[index].StartUnixNano / 1_000_000));
    }

    private bool TryTake(TraceId id)
    {
        lock (_lock) return _taken.Add(id);
    }

    private static List<KeyValuePair<string, AttributeValue>> Labels(TraceId id) => [new("trace:id", AttributeValue.Of(id.ToShortString()))];

    private static bool IsComputed(Field field) => field is IntrinsicField { Intrinsic: Intrinsic.SpanChildCount };

    // Recent data does not store these.
    private static bool IsOfTrace(Field field) => IsComputed(field) || field is IntrinsicField
    {
        Intrinsic: Intrinsic.TraceDuration or Intrinsic.TraceRootName or Intrinsic.TraceRootService
            or Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent
    };

    private static List<int> Places(Predicate<int> isObserved, int count, int wanted, bool spreadOut)
    {
        var places = new List<int>(wanted);
        var stride = spreadOut ? Math.Max(1, count / wanted) : 1;
        for (var from = 0; from < count && places.Count < wanted; from += stride)
        {
            if (isObserved(from)) places.Add(from);
        }

        return places;
    }
}
