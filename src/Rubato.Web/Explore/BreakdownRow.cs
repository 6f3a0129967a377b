using Rubato.Client;
using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Explore;

/// <summary>One value of the attribute by which a page breaks down.</summary>
/// <param name="Label">For people.</param>
/// <param name="Include">The condition that keeps it alone.</param>
/// <param name="Exclude">The condition that leaves it out.</param>
/// <param name="Values">Over time; NaN where there is none.</param>
/// <param name="Summary">The average over time of a rate; of a duration the highest.</param>
public sealed record BreakdownRow(string Label, string Include, string Exclude, IReadOnlyList<double> Values, double Summary)
{
    public const int Most = 30;

    /// <summary>Largest first, at most <see cref="Most"/>.</summary>
    public static IReadOnlyList<BreakdownRow> Of(MetricsResult result, string by, bool isDuration) =>
        [.. result.Series.Select(series => Of(series, by, isDuration)).Where(row => row.Summary > 0).OrderByDescending(row => row.Summary).Take(Most)];

    private static BreakdownRow Of(MetricsSeries series, string by, bool isDuration)
    {
        var value = series.Labels.Where(l => l.Key is not ("p" or "__name__")).Select(l => l.Value).FirstOrDefault();
        double[] values = [.. series.Samples.Select(s => s.Value)];
        var summary = values.Where(double.IsFinite).DefaultIfEmpty(0);
        var (include, exclude) = Conditions(by, value);
        return new BreakdownRow(LabelOf(value), include, exclude, values, isDuration ? summary.Max() : summary.Average());
    }

    public static (string Include, string Exclude) Conditions(string field, AttributeValue? value) => IsNil(value)
        ? ($"{field} = nil", $"{field} != nil")
        : ($"{field} = {Literal(field, value!)}", $"{field} != {Literal(field, value!)}");

    public static string LabelOf(AttributeValue? value) => IsNil(value) ? "(none)" : value!.ToString() is { Length: > 0 } text ? text : "(empty)";

    private static bool IsNil(AttributeValue? value) => value is null || value.Kind == AttributeValueKind.Empty || (value.Kind == AttributeValueKind.Text && value.ToString() == "nil");

    /// <summary>Values of status and kind are words; other texts are quoted.</summary>
    private static string Literal(string field, AttributeValue value)
    {
        if (value.Kind != AttributeValueKind.Text || (Intrinsics.TryParse(field, out var intrinsic) && Intrinsics.TypeOf(intrinsic) is StaticType.Status or StaticType.Kind or StaticType.Duration)) return value.ToString() ?? "";
        return StaticValue.FromString(value.ToString() ?? "").ToString();
    }
}
