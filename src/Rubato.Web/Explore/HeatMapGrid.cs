using System.Globalization;
using Rubato.Client;
using Rubato.Web.Times;

namespace Rubato.Web.Explore;

/// <summary>
/// How many spans lasted how long, over time: a column for each interval, a row for each duration bucket from the shortest that occurs to the longest. Buckets are powers of
/// two nanoseconds: the row of bound b has durations in (b/2, b].
/// </summary>
public sealed record HeatMapGrid(DateTimeOffset Start, TimeSpan Step, int Columns, IReadOnlyList<double> Bounds, double[] Counts)
{
    public const string Function = "histogram_over_time(duration)";

    /// <summary>About so many columns, whatever the range.</summary>
    private const int MostColumns = 60;

    /// <summary>From a nanosecond to 146 years.</summary>
    private const int MostRows = 64;

    private static readonly int[] NiceSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

    public int Rows => Bounds.Count;

    public bool IsEmpty => Rows == 0;

    public double Most => Counts.Length == 0 ? 0 : Counts.Max();

    /// <summary>The length of an interval: a round one.</summary>
    public static TimeSpan StepFor(TimeSpan range)
    {
        var wanted = range.TotalSeconds / MostColumns;
        foreach (var nice in NiceSeconds)
        {
            if (nice >= wanted) return TimeSpan.FromSeconds(nice);
        }

        return TimeSpan.FromDays(Math.Ceiling(wanted / 86_400));
    }

    public static HeatMapGrid Of(MetricsResult result, DateTimeOffset start, DateTimeOffset end, TimeSpan step)
    {
        // The server's intervals lie on multiples of the step and are named by their end.
        var from = new DateTimeOffset(start.UtcTicks - (start.UtcTicks % step.Ticks), TimeSpan.Zero);
        var columns = (int)Math.Ceiling((end - from) / step);
        var series = result.Series.Select(s => (Bound: BoundOf(s), s.Samples)).Where(s => s.Bound > 0 && s.Samples.Any(sample => sample.Value > 0)).ToList();
        if (series.Count == 0 || columns <= 0) return new HeatMapGrid(from, step, Math.Max(0, columns), [], []);
        var (low, high) = (Exponent(series.Min(s => s.Bound)), Exponent(series.Max(s => s.Bound)));
        low = Math.Max(low, high - MostRows + 1);
        var counts = new double[(high - low + 1) * columns];
        foreach (var (bound, samples) in series)
        {
            var row = Math.Max(0, Exponent(bound) - low);
            foreach (var sample in samples)
            {
                var column = (int)Math.Ceiling((sample.Time - from) / step) - 1;
                if (column >= 0 && column < columns && double.IsFinite(sample.Value)) counts[(row * columns) + column] += sample.Value;
            }
        }

        return new HeatMapGrid(from, step, columns, [.. Enumerable.Range(low, high - low + 1).Select(e => Math.Pow(2, e) / 1e9)], counts);
    }

    public double At(int column, int row) => Counts[(row * Columns) + column];

    /// <summary>What a box of cells stands for; its corners may come in any order and lie outside.</summary>
    public (TimeRange Range, TimeSpan LongerThan, TimeSpan AtMost) Box(int column, int row, int otherColumn, int otherRow)
    {
        var (left, right) = (Clamp(Math.Min(column, otherColumn), Columns), Clamp(Math.Max(column, otherColumn), Columns));
        var (bottom, top) = (Clamp(Math.Min(row, otherRow), Rows), Clamp(Math.Max(row, otherRow), Rows));
        return (TimeRange.Between(Start + (Step * left), Start + (Step * (right + 1))), TimeSpan.FromSeconds(Bounds[bottom] / 2), TimeSpan.FromSeconds(Bounds[top]));
    }

    private static int Clamp(int place, int count) => Math.Clamp(place, 0, count - 1);

    private static int Exponent(double bound) => (int)Math.Round(Math.Log2(bound * 1e9));

    private static double BoundOf(MetricsSeries series) => series.Labels.TryGetValue("__bucket", out var label)
        ? label.AsNumber ?? (double.TryParse(label.ToString(), CultureInfo.InvariantCulture, out var number) ? number : 0)
        : 0;
}
