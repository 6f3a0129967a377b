using Rubato.Client;

namespace Rubato.Web.Explore;

/// <summary>How often one value of an attribute occurs in the selection, and how often in the rest.</summary>
/// <param name="Field">As TraceQL writes it.</param>
/// <param name="Selected">Its share of the selected spans, 0 to 1: those without the attribute count too, so that a rare one does not seem to explain everything.</param>
/// <param name="Rest">Its share of the others.</param>
public sealed record ComparisonRow(string Field, string Label, string Include, string Exclude, double Selected, double Rest)
{
    public const int Most = 50;

    public double Difference => Selected - Rest;

    /// <summary>The values whose shares differ most come first; those that say nothing (as often here as there) are left out.</summary>
    public static IReadOnlyList<ComparisonRow> Of(MetricsResult result)
    {
        var counts = new Dictionary<(string Field, string Value), (AttributeValue Value, double Selected, double Others)>();
        var totals = new Dictionary<string, (double Selected, double Others)>(StringComparer.Ordinal);
        foreach (var series in result.Series)
        {
            if (!series.Labels.TryGetValue("__meta_type", out var type)) continue;
            var (field, value) = series.Labels.FirstOrDefault(l => l.Key is not ("__meta_type" or "__meta_error"));
            if (field is null || value is null) continue;
            var sum = series.Samples.Select(s => s.Value).Where(double.IsFinite).Sum();
            switch (type.ToString())
            {
                case "selection":
                    counts[(field, value.ToString() ?? "")] = counts.GetValueOrDefault((field, value.ToString() ?? "")) with { Value = value, Selected = sum };
                    break;
                case "baseline":
                    counts[(field, value.ToString() ?? "")] = counts.GetValueOrDefault((field, value.ToString() ?? "")) with { Value = value, Others = sum };
                    break;
                case "selection_total":
                    totals[field] = totals.GetValueOrDefault(field) with { Selected = sum };
                    break;
                case "baseline_total":
                    totals[field] = totals.GetValueOrDefault(field) with { Others = sum };
                    break;
            }
        }

        // Every span has a name: the largest total is that of all spans.
        var selected = totals.Values.Select(t => t.Selected).DefaultIfEmpty(0).Max();
        var others = totals.Values.Select(t => t.Others).DefaultIfEmpty(0).Max();
        return
        [
            .. counts.Select(pair =>
            {
                var (include, exclude) = BreakdownRow.Conditions(pair.Key.Field, pair.Value.Value);
                return new ComparisonRow(pair.Key.Field, BreakdownRow.LabelOf(pair.Value.Value), include, exclude, Share(pair.Value.Selected, selected), Share(pair.Value.Others, others));
            }).Where(row => Math.Abs(row.Difference) >= 0.01).OrderByDescending(row => Math.Abs(row.Difference)).Take(Most),
        ];
    }

    private static double Share(double count, double total) => total <= 0 ? 0 : Math.Min(1, count / total);
}
