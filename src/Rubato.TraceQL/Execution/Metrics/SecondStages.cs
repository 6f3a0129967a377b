using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>What follows the first stage (spec/traceql.md 13.9): works on finished series, interval by interval.</summary>
internal static class SecondStages
{
    /// <summary>The series with the samples that are left, in the order of answers; those without any are gone.</summary>
    public static List<MetricsSeries> Apply(IEnumerable<MetricsSeries> series, IEnumerable<MetricsSecondStage> stages)
    {
        var left = Sampled(series).OrderBy(s => s.Labels, SeriesOrder.Instance).ToList();
        foreach (var stage in stages)
        {
            if (stage is MetricsRankStage rank) Rank(left, rank);
            else Filter(left, (MetricsFilterStage)stage);
            left = [.. Sampled(left)];
        }

        // A stage may have taken the sample that an exemplar stands beside.
        return [.. left.Select(s => s.Exemplars.Count == 0 ? s : s with { Exemplars = [.. s.Exemplars.Where(e => !double.IsNaN(s.Values[e.Interval]))] })];
    }

    private static IEnumerable<MetricsSeries> Sampled(IEnumerable<MetricsSeries> series) =>
        series.Where(s => !Array.TrueForAll(s.Values, double.IsNaN));

    private static void Filter(List<MetricsSeries> series, MetricsFilterStage filter)
    {
        // Series hold seconds, so a duration is compared as such.
        var wanted = filter.Value.Type == StaticType.Duration ? StaticValue.FromFloat(filter.Value.Int / 1e9) : filter.Value;
        foreach (var one in series)
        {
            for (var i = 0; i < one.Values.Length; i++)
            {
                if (!double.IsNaN(one.Values[i]) && !Constants.Compare(filter.Operator, StaticValue.FromFloat(one.Values[i]), wanted)) one.Values[i] = double.NaN;
            }
        }
    }

    // Of equal samples topk keeps those of the first series in order, bottomk those of the last.
    private static void Rank(List<MetricsSeries> series, MetricsRankStage rank)
    {
        if (series.Count <= rank.Count) return;
        var order = new (double Key, int Series)[series.Count];
        for (var i = 0; i < series[0].Values.Length; i++)
        {
            var n = 0;
            for (var s = 0; s < series.Count; s++)
            {
                var value = series[s].Values[i];
                if (!double.IsNaN(value)) order[n++] = (value, s);
            }

            if (n <= rank.Count) continue;
            if (rank.Top) SortDescending(order.AsSpan(0, n));
            else SortAscending(order.AsSpan(0, n));
            for (var place = (int)rank.Count; place < n; place++) series[order[place].Series].Values[i] = double.NaN;
        }
    }

    private static void SortDescending(Span<(double Key, int Series)> samples) =>
        samples.Sort(static (a, b) => b.Key.CompareTo(a.Key) is not 0 and var order ? order : a.Series.CompareTo(b.Series));

    private static void SortAscending(Span<(double Key, int Series)> samples) =>
        samples.Sort(static (a, b) => a.Key.CompareTo(b.Key) is not 0 and var order ? order : b.Series.CompareTo(a.Series));
}
