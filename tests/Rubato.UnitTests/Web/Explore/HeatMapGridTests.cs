using Rubato.Client;
using Rubato.Web.Explore;
using Rubato.Web.Times;
using Xunit;

namespace Rubato.UnitTests.Web.Explore;

public sealed class HeatMapGridTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_007);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Fact]
    public void Of_Series_HasARowForEachBucketBetweenAndAColumnForEachInterval()
    {
        // 2^20 ns is about a millisecond. The first interval begins at ...000 and ends at ...010.
        var grid = HeatMapGrid.Of(Result((20, 10, 3), (20, 30, 1), (22, 30, 2), (25, 30, 0)), Start, Start.AddSeconds(20), Step);

        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), 3, 3), (grid.Start, grid.Columns, grid.Rows));
        Assert.Equal([3, 0, 1, 0, 0, 0, 0, 0, 2], grid.Counts);
        Assert.Equal(1 << 20, grid.Bounds[0] * 1e9, 3);
    }

    [Fact]
    public void Box_OfCells_IsTheirTimeAndDurations()
    {
        var grid = HeatMapGrid.Of(Result((20, 10, 3), (22, 30, 2)), Start, Start.AddSeconds(20), Step);

        var (range, longerThan, atMost) = grid.Box(2, 5, 1, 1);

        Assert.Equal(TimeRange.Between(grid.Start.AddSeconds(10), grid.Start.AddSeconds(30)), range);
        // A TimeSpan has tenths of microseconds.
        Assert.Equal(1 << 20, longerThan.TotalNanoseconds, 100.0);
        Assert.Equal(1 << 22, atMost.TotalNanoseconds, 100.0);
    }

    [Fact]
    public void Of_Nothing_IsEmpty()
    {
        Assert.True(HeatMapGrid.Of(new MetricsResult([], null), Start, Start.AddSeconds(20), Step).IsEmpty);
        Assert.True(HeatMapGrid.Of(Result((20, 10, 0)), Start, Start.AddSeconds(20), Step).IsEmpty);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3600, 60)]
    [InlineData(86_400, 1800)]
    [InlineData(86_400 * 365, 604_800)]
    public void StepFor_ARange_GivesAboutSixtyColumns(int seconds, int step) => Assert.Equal(step, HeatMapGrid.StepFor(TimeSpan.FromSeconds(seconds)).TotalSeconds);

    private static MetricsResult Result(params (int Exponent, int Seconds, double Count)[] cells) => new(
        [.. cells.GroupBy(c => c.Exponent).Select(bucket => new MetricsSeries(
            new Dictionary<string, AttributeValue> { ["__bucket"] = AttributeValue.Of(Math.Pow(2, bucket.Key) / 1e9) },
            [.. bucket.Select(c => new MetricsSample(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000 + c.Seconds), c.Count))], []))],
        null);
}
