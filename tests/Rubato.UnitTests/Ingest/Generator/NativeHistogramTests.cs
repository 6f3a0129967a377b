using Rubato.Ingest.Generator;
using Xunit;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class NativeHistogramTests
{
    [Theory]
    [InlineData(1.1, 3)]
    [InlineData(2, 0)]
    [InlineData(1.5, 1)]
    [InlineData(4, -1)]
    [InlineData(1.000001, 8)]
    [InlineData(1e9, -4)]
    public void The_factor_chooses_the_coarsest_schema_that_is_fine_enough(double factor, int schema) =>
        Assert.Equal(schema, new NativeHistogram(new NativeHistogramOptions { BucketFactor = factor }).Schema);

    [Fact]
    public void Too_many_buckets_halve_the_resolution_and_it_comes_back_after_a_while()
    {
        var sut = new NativeHistogram(new NativeHistogramOptions { MaxBuckets = 4, MinReset = TimeSpan.FromMinutes(1) });
        sut.Renew(1_000);
        foreach (var value in new[] { 0.1, 0.2, 0.4, 0.8, 1.6 }) sut.Observe(value, 1);
        Assert.InRange(sut.Buckets.Count, 1, 4);
        Assert.InRange(sut.Schema, -4, 2);

        sut.Renew(60_999);
        Assert.Equal(5, sut.Count);
        sut.Renew(61_000);
        Assert.Equal((3, 0L, 0.0, 0), (sut.Schema, sut.Count, sut.Sum, sut.Buckets.Count));
    }

    [Fact]
    public void One_that_lost_nothing_goes_on_for_ever()
    {
        var sut = new NativeHistogram(new NativeHistogramOptions());
        sut.Observe(0.1, 1);
        sut.Renew(1_000);
        sut.Renew(100_000_000);
        Assert.Equal(1, sut.Count);
    }

    [Fact]
    public void Without_a_limit_the_resolution_stays()
    {
        var sut = new NativeHistogram(new NativeHistogramOptions { MaxBuckets = 0 });
        for (var i = 0; i < 300; i++) sut.Observe(Math.Pow(1.2, i - 150), 1);
        Assert.Equal((3, 300), (sut.Schema, sut.Buckets.Count));
    }
}
