using Rubato.Model.Scanning;
using Rubato.Query.Api;
using Rubato.TraceQL.Execution.Metrics;
using Xunit;

namespace Rubato.UnitTests.Query.Api;

public sealed class MetricsStepTests
{
    private const ulong Second = 1_000_000_000;

    [Theory]
    [InlineData("60", 60_000)]
    [InlineData("2.5", 2_500)]
    [InlineData("500ms", 500)]
    [InlineData("1m40s", 100_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("-5s", 0)]
    public void Parse_reads_seconds_and_durations(string text, ulong milliseconds) => Assert.Equal(milliseconds * 1_000_000, MetricsStep.Parse(text));

    [Theory]
    [InlineData("abc")]
    [InlineData("5 s")]
    [InlineData("NaN")]
    public void Parse_refuses_other_text(string text) => Assert.Equal(400, Assert.Throws<ApiException>(() => MetricsStep.Parse(text)).Status);

    [Theory]
    [InlineData(1, 50)]
    [InlineData(30, 100)]
    [InlineData(59, 200)]
    [InlineData(60, 1_000)]
    [InlineData(300, 1_000)]
    [InlineData(3600, 15_000)]
    [InlineData(3 * 3600, 45_000)]
    [InlineData(24 * 3600, 300_000)]
    public void Default_gives_about_240_round_intervals(ulong seconds, ulong milliseconds) =>
        Assert.Equal(milliseconds * 1_000_000, MetricsStep.Default(new TimeRange(100 * Second, (100 + seconds) * Second)));

    [Fact]
    public void Buckets_are_rounded_outwards_with_one_more_in_front()
    {
        var buckets = MetricsStep.Buckets(new TimeRange(70 * Second, 250 * Second), 60 * Second, 10_000);
        Assert.Equal(new TimeBuckets(0, 60 * Second, 5), buckets);
        Assert.Equal([60_000L, 120_000, 180_000, 240_000, 300_000], Enumerable.Range(0, 5).Select(buckets.TimestampMs));
        // The left end belongs to the interval before.
        Assert.Equal([-1, 0, 0, 1, 4, -1], new ulong[] { 0, 1, 60 * Second, (60 * Second) + 1, 300 * Second, (300 * Second) + 1 }.Select(buckets.IndexOf));
    }

    [Fact]
    public void Buckets_that_are_too_many_are_refused_with_the_smallest_step()
    {
        var refused = Assert.Throws<ApiException>(() => MetricsStep.Buckets(new TimeRange(0, 3600 * Second), Second / 1000, 10_000));
        Assert.Equal("step of 1ms is too small, minimum step for given range is 360ms", refused.Message);
        Assert.Throws<ApiException>(() => MetricsStep.Buckets(new TimeRange(0, Second), 0, 0));
    }

    [Fact]
    public void EndBefore_leaves_out_what_is_not_over()
    {
        var buckets = new TimeBuckets(0, 60 * Second, 5);
        Assert.Equal(5, MetricsStep.EndBefore(buckets, 300 * Second).Count);
        Assert.Equal(4, MetricsStep.EndBefore(buckets, 299 * Second).Count);
        Assert.Equal(0, MetricsStep.EndBefore(buckets with { StartUnixNano = 60 * Second }, 60 * Second).Count);
    }
}
