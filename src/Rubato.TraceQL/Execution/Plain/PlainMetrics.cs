using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>
/// Metrics over whole traces of plain objects, as directly as the specification states them (spec/traceql.md 13): what the
/// engine over columns is compared with. Without exemplars.
/// </summary>
internal static class PlainMetrics
{
    public static List<MetricsSeries> Run(TraceQLQuery query, TimeBuckets buckets, IEnumerable<PlainTrace> traces)
    {
        if (RowCondition.IsNever(query.Pipeline)) return [];
        var observed = (
            from trace in traces
            from spanset in PlainEvaluator.Run(query.Pipeline, trace)
            from index in spanset.Spans
            let bucket = buckets.IndexOf(trace.Spans[index].StartUnixNano)
            where bucket >= 0
            select new Observation(trace, index, bucket)).ToList();
        var first = query.Metrics!.First is MetricsCompareStage compare
            ? Compare(compare, buckets, observed)
            : Aggregate((MetricsAggregateStage)query.Metrics.First, buckets, observed);
        return SecondStages.Apply(first, query.Metrics.Second);
    }

    private static IEnumerable<MetricsSeries> Aggregate(MetricsAggregateStage stage, TimeBuckets buckets, List<Observation> observed)
    {
        var groups = observed.GroupBy(o => new GroupKey([.. stage.By.Select(f => ValueOf(f, o))])).ToDictionary(g => g.Key, g => g.ToList());
        if (groups.Count == 0 && stage.By.Count == 0 && stage.Argument is null) groups.Add(new GroupKey([]), []);
        return groups.SelectMany(g => SeriesOf(stage, buckets, g.Key, g.Value));
    }

    private static IEnumerable<MetricsSeries> SeriesOf(MetricsAggregateStage stage, TimeBuckets buckets, GroupKey key, List<Observation> spans)
    {
        switch (stage.Function)
        {
            case MetricsFunction.Rate:
                return [Series(MetricsLabels.Of(stage, key.Values), buckets, i => spans.Count(o => o.Bucket == i) / buckets.StepSeconds)];
            case MetricsFunction.CountOverTime:
                return [Series(MetricsLabels.Of(stage, key.Values), buckets, i => spans.Count(o => o.Bucket == i))];
            case MetricsFunction.HistogramOverTime:
                return spans.Select(o => PowerBucket(stage.Argument!, o)).Where(k => k > 0).Distinct().Select(k =>
                    Series(MetricsLabels.Of(stage, key.Values, MetricsLabels.BucketOf(stage, k)), buckets,
                        i => spans.Count(o => o.Bucket == i && PowerBucket(stage.Argument!, o) == k)));
            case MetricsFunction.QuantileOverTime:
                return !spans.Exists(o => PowerBucket(stage.Argument!, o) > 0) ? [] : stage.Quantiles.Select(q =>
                    Series(MetricsLabels.Of(stage, key.Values, MetricsLabels.QuantileOf(q)), buckets, i =>
                    {
                        var counts = new long[PowerBuckets.Count];
                        foreach (var o in spans.Where(o => o.Bucket == i)) counts[PowerBucket(stage.Argument!, o)]++;
                        counts[0] = 0;
                        return PowerBuckets.Quantile(counts, q) / MetricsLabels.DivisorOf(stage.Argument!, bucketed: true);
                    }));
            default:
                var divisor = MetricsLabels.DivisorOf(stage.Argument!, bucketed: false);
                var numbers = spans.Select(o => (o.Bucket, Value: ValueOf(stage.Argument!, o)))
                    .Where(v => v.Value.IsNumeric && !double.IsNaN(v.Value.AsDouble()))
                    .ToLookup(v => v.Bucket, v => v.Value.AsDouble());
                return [Series(MetricsLabels.Of(stage, key.Values), buckets, i => !numbers[i].Any() ? double.NaN : stage.Function switch
                {
                    MetricsFunction.MinOverTime => numbers[i].Min(),
                    MetricsFunction.MaxOverTime => numbers[i].Max(),
                    MetricsFunction.SumOverTime => numbers[i].Sum(),
                    _ => numbers[i].Average(),
                } / divisor)];
        }
    }

    private static IEnumerable<MetricsSeries> Compare(MetricsCompareStage stage, TimeBuckets buckets, List<Observation> observed)
    {
        foreach (var side in observed.GroupBy(o => IsSelected(stage, o)))
        {
            var name = side.Key ? "selection" : "baseline";
            var values = side.SelectMany(o => CompareFields.Of(o.Trace, o.Index).Select(v => (v.Field, v.Value, o.Bucket)));
            foreach (var field in values.GroupBy(v => v.Field))
            {
                yield return Series(CompareFields.Labels(name + "_total", field.Key, StaticValue.Nil), buckets, i => field.Count(v => v.Bucket == i));
                var most = field.GroupBy(v => v.Value)
                    .Select(g => (Labels: CompareFields.Labels(name, field.Key, g.Key), Spans: g.ToList()))
                    .OrderByDescending(g => g.Spans.Count)
                    .ThenBy(g => g.Labels, SeriesOrder.Instance)
                    .Take((int)Math.Min(stage.TopN ?? MetricsCompareStage.DefaultTopN, int.MaxValue));
                foreach (var (labels, spans) in most) yield return Series(labels, buckets, i => spans.Count(v => v.Bucket == i));
            }
        }
    }

    private static bool IsSelected(MetricsCompareStage stage, Observation o)
    {
        var start = (long)o.Trace.Spans[o.Index].StartUnixNano;
        return PlainCondition.Holds(stage.Selection.Condition, o.Trace, o.Index)
            && (stage is not { StartUnixNano: { } from, EndUnixNano: { } to } || (start > from && start <= to));
    }

    private static StaticValue ValueOf(Field field, Observation o) => PlainCondition.ValueOf(field, o.Trace, o.Index).Scalar;

    private static int PowerBucket(Field field, Observation o) =>
        ValueOf(field, o) is { Type: StaticType.Int or StaticType.Duration } value ? PowerBuckets.Of(value.Int) : 0;

    private static MetricsSeries Series(IReadOnlyList<KeyValuePair<string, AttributeValue>> labels, TimeBuckets buckets, Func<int, double> value) =>
        new(labels, [.. Enumerable.Range(0, buckets.Count).Select(value)], []);

    private sealed record Observation(PlainTrace Trace, int Index, int Bucket);
}
