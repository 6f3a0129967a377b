using CsCheck;
using Rubato.Commands;
using Xunit;

namespace Rubato.UnitTests.Commands;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentile_IsWithinOnePercentOfTheSortedList()
    {
        Gen.Select(Gen.Long[0, 3_000_000_000].Array[1, 200], Gen.Double[0.01, 1]).Sample((ticks, quantile) =>
        {
            var histogram = new LatencyHistogram();
            Array.ForEach(ticks, t => histogram.Add(TimeSpan.FromTicks(t)));
            Array.Sort(ticks);
            long exact = ticks[Math.Max(0, (int)Math.Ceiling(quantile * ticks.Length) - 1)];
            long answer = histogram.Percentile(quantile).Ticks;
            return answer >= exact && answer <= exact * 1.01 && histogram.Max.Ticks == ticks[^1];
        });
    }

    [Fact]
    public void Percentile_Empty_IsZero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(0.99));
}
