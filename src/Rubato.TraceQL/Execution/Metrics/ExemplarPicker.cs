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
/// <param name="argument">The function's field: its number is the exemplar's.</param>
/// <param name="max">Exemplars in the whole answer.</param>
/// <param name="segments">Segments that share them.</param>
internal sealed class ExemplarPicker(NeededFields needed, Field? argument, int max, int segments)
{
    // Some of the rows looked at are of traces that have been taken.
    private const int RowsPerExemplar = 3;
    private const int LeastPerSegment = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<TraceId> _taken = [];
    private int _ofObjects;

    public int Max => max;

    /// <summary>Exemplars of observed rows, with their number in the field's own unit.</summary>
    public async ValueTask<List<(int Place, MetricsExemplar Exemplar)>> PickAsync(SegmentScan scan, RowSet? rows, Predicate<int> isObserved, int count)
    {
        var share = Math.Min(max, Math.Max(LeastPerSegment, (max / Math.Max(1, segments)) + 1));
        var places = Places(isObserved, count, share * RowsPerExemplar, spreadOut: !scan.Segment.IsSortedByTrace);
        var picked = new List<(int, MetricsExemplar)>();
        if (places.Count == 0) return picked;
        var at = RowSet.Of([.. places.Select(i => rows is { } few ? few[i] : i)]);
        var spans = PlainTrace.Loose(await NarrowSpanReader.ReadAsync(scan.Segment, at, needed, scan.Context).ConfigureAwait(false));
        for (var i = 0; i < places.Count && picked.Count < share; i++)
        {
            if (TryTake(spans.Spans[i].TraceId)) picked.Add((places[i], Of(spans, i, isWhole: false)));
        }

        return picked;
    }

    /// <summary>The span as an exemplar, or null when there are enough or its trace has one.</summary>
    public MetricsExemplar? Pick(PlainTrace trace, int index)
    {
        if (_ofObjects >= max || !TryTake(trace.TraceId)) return null;
        _ofObjects++;
        return Of(trace, index, isWhole: true);
    }

    private bool TryTake(TraceId id)
    {
        lock (_lock) return _taken.Add(id);
    }

    private MetricsExemplar Of(PlainTrace trace, int index, bool isWhole)
    {
        var span = trace.Spans[index];
        var labels = new List<KeyValuePair<string, AttributeValue>> { new("trace:id", AttributeValue.Of(span.TraceId.ToShortString())) };
        foreach (var field in needed.Shown)
        {
            if (field is IntrinsicField { Intrinsic: Intrinsic.TraceId } || (!isWhole && IsOfTrace(field))) continue;
            if (PlainFields.ValuesOf(field, trace, index) is [var value, ..]) labels.Add(new(CanonicalText.Of(field), value.ToAttribute()));
        }

        var number = argument is null || (!isWhole && IsOfTrace(argument)) ? StaticValue.Nil : PlainCondition.ValueOf(argument, trace, index).Scalar;
        return new MetricsExemplar(labels, number.IsNumeric ? number.AsDouble() : double.NaN, (long)(span.StartUnixNano / 1_000_000));
    }

    // A single span does not tell these.
    private static bool IsOfTrace(Field field) => field is IntrinsicField
    {
        Intrinsic: Intrinsic.TraceDuration or Intrinsic.TraceRootName or Intrinsic.TraceRootService or Intrinsic.SpanChildCount
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
