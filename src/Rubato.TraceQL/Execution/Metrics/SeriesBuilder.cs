using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Makes series of what was counted and added up, group by group.</summary>
internal static class SeriesBuilder
{
    public static IEnumerable<MetricsSeries> Build(MetricsGroups groups, int maxExemplars)
    {
        var stage = groups.Stage;
        // Without by, spans that are counted make a series even when there are none.
        if (groups.All.Count == 0 && stage.By.Count == 0 && stage.Argument is null)
            return SeriesOf(groups, new GroupKey([]), new MetricsGroup(groups.Buckets.Count), []);
        var share = groups.All.Count == 0 ? 0 : Math.Max(1, maxExemplars / groups.All.Count);
        var left = maxExemplars;
        return groups.All.OrderBy(g => MetricsLabels.Of(stage, g.Key.Values), SeriesOrder.Instance).SelectMany(g =>
        {
            var shown = g.Value.Exemplars.Take(Math.Min(share, left)).OrderBy(e => e.Exemplar.TimestampMs).ToList();
            left -= shown.Count;
            return SeriesOf(groups, g.Key, g.Value, shown);
        }).ToList();
    }

    private static List<MetricsSeries> SeriesOf(MetricsGroups groups, GroupKey key, MetricsGroup group, List<FoundExemplar> exemplars)
    {
        var (stage, buckets) = (groups.Stage, groups.Buckets);
        var series = new List<MetricsSeries>();
        switch (stage.Function)
        {
            case MetricsFunction.Rate:
                var seconds = buckets.StepSeconds;
                AddCounts(MetricsLabels.Of(stage, key.Values), Array.ConvertAll(group.Counts, c => c / seconds), exemplars);
                break;
            case MetricsFunction.CountOverTime:
                AddCounts(MetricsLabels.Of(stage, key.Values), Array.ConvertAll(group.Counts, c => (double)c), exemplars);
                break;
            case MetricsFunction.HistogramOverTime:
                for (var k = 1; k < PowerBuckets.Count; k++)
                {
                    if (group.Bucket(k) is not { } counts) continue;
                    var at = k;
                    AddCounts(MetricsLabels.Of(stage, key.Values, MetricsLabels.BucketOf(stage, k)), Array.ConvertAll(counts, c => (double)c), exemplars.FindAll(e => e.Bucket == at));
                }

                break;
            case MetricsFunction.QuantileOverTime:
                AddQuantiles();
                break;
            default:
                series.Add(new MetricsSeries(MetricsLabels.Of(stage, key.Values), Numbers(stage, group), [.. exemplars.Select(WithNumber)]));
                break;
        }

        return series;

        // Where spans are counted, an exemplar stands at the height of the sample.
        void AddCounts(IReadOnlyList<KeyValuePair<string, Model.Spans.AttributeValue>> labels, double[] values, List<FoundExemplar> own) =>
            series.Add(new MetricsSeries(labels, values, [.. own.Select(e => e.Exemplar with { Value = values[e.Interval], Interval = e.Interval })]));

        void AddQuantiles()
        {
            var (divisor, counts) = (MetricsLabels.DivisorOf(stage), new long[PowerBuckets.Count]);
            var quantiles = stage.Quantiles.Select(_ => new double[buckets.Count]).ToArray();
            for (var i = 0; i < buckets.Count; i++)
            {
                for (var k = 1; k < counts.Length; k++) counts[k] = group.Bucket(k)?[i] ?? 0;
                for (var q = 0; q < quantiles.Length; q++) quantiles[q][i] = PowerBuckets.Quantile(counts, stage.Quantiles[q]) / divisor;
            }

            for (var q = 0; q < quantiles.Length; q++)
            {
                // An exemplar belongs to the first quantile that it does not exceed.
                var own = exemplars.Where(e => FirstAbove(quantiles, e) == q);
                series.Add(new MetricsSeries(
                    MetricsLabels.Of(stage, key.Values, MetricsLabels.QuantileOf(stage.Quantiles[q])), quantiles[q], [.. own.Select(WithNumber)]));
            }
        }
    }

    private static double[] Numbers(MetricsAggregateStage stage, MetricsGroup group)
    {
        var divisor = MetricsLabels.DivisorOf(stage);
        var values = new double[group.Counts.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var count = group.Counts[i];
            values[i] = count == 0 ? double.NaN : group.Numbers![i] / (stage.Function == MetricsFunction.AvgOverTime ? count : 1) / divisor;
        }

        return values;
    }

    private static MetricsExemplar WithNumber(FoundExemplar found) => found.Exemplar with { Value = found.Number, Interval = found.Interval };

    private static int FirstAbove(double[][] quantiles, FoundExemplar exemplar)
    {
        for (var q = 0; q < quantiles.Length - 1; q++)
        {
            if (quantiles[q][exemplar.Interval] >= exemplar.Number) return q;
        }

        return quantiles.Length - 1;
    }
}
