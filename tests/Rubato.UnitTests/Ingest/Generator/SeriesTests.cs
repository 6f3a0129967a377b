using Xunit;
using CsCheck;
using Rubato.Ingest.Generator;
using Rubato.Model.Spans;
using Rubato.Query.ServiceGraph;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class SeriesTests
{
    [Theory]
    [InlineData("http.status_code", "http_status_code")]
    [InlineData("status_code", "__status_code")]
    [InlineData("service.name", "service_name")]
    [InlineData("a-ü/b", "a___b")]
    [InlineData("le", "__le")]
    [InlineData("__name__", "____name__")]
    public void Attribute_names_become_label_names(string attribute, string label) => Assert.Equal(label, LabelNames.Of(attribute, LabelNames.Intrinsics));

    [Theory]
    [InlineData(0.002, "0.002")]
    [InlineData(16.384, "16.384")]
    [InlineData(0.00000125, "0.00000125")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(1, "1")]
    public void Numbers_have_no_exponent(double value, string text) => Assert.Equal(text, LabelText.Of(value));

    [Fact]
    public void A_value_on_a_bound_is_in_that_bounds_bucket_and_a_failed_request_is_the_exemplar()
    {
        var histogram = new Histogram([0.1, 0.2], classic: true, native: null);
        histogram.Observe(0.1, 1, new TraceId(0, 1), failed: true);
        histogram.Observe(0.05, 1, new TraceId(0, 2), failed: false);
        histogram.Observe(0.3, 2, default, failed: false);
        Assert.Equal([2, 0, 2], histogram.Counts);
        Assert.Equal(4, histogram.Count);
        Assert.Equal(new TraceId(0, 1), histogram.ExemplarOf(0).Trace);
        Assert.True(histogram.ExemplarOf(2).Trace.IsZero);
    }

    [Fact]
    public void A_native_histogram_counts_everything_in_at_most_a_hundred_buckets() => Gen.Double[0, 1e6].Array[1, 400].Sample(values =>
    {
        var histogram = new NativeHistogram(new NativeHistogramOptions());
        foreach (var value in values) histogram.Observe(value, 1);
        Assert.InRange(histogram.Buckets.Count, 0, 100);
        Assert.Equal(values.Length, histogram.Buckets.Values.Sum() + histogram.ZeroCount);
        var scale = Math.Pow(2, histogram.Schema);
        foreach (var (index, count) in histogram.Buckets)
        {
            var (low, high) = (Math.Pow(2, (index - 1) / scale), Math.Pow(2, index / scale));
            // A value that is a bound but for rounding may be on either side of it.
            Assert.InRange(
                count, values.Count(v => v > low * (1 + 1e-12) && v < high * (1 - 1e-12) && v > NativeHistogram.ZeroThreshold),
                values.Count(v => v > low * (1 - 1e-12) && v < high * (1 + 1e-12)));
        }
    });

    [Fact]
    public void Quantiles_of_a_sketch_are_within_three_percent() => Gen.Long[1, 1L << 40].Array[1, 300].Sample(values =>
    {
        var sketch = new DurationSketch();
        foreach (var value in values) sketch.Add(value, failed: false);
        var sorted = values.Order().ToArray();
        foreach (var q in new[] { 0.01, 0.5, 0.95, 1 })
        {
            var exact = sorted[(int)Math.Ceiling(q * sorted.Length) - 1];
            Assert.InRange(sketch.Quantile(q), exact * 0.96, exact * 1.04);
        }
    });

    [Fact]
    public void Series_beyond_the_limit_share_one_and_stale_ones_begin_anew()
    {
        var registry = new SeriesRegistry("t", new GeneratorSettings { MaxActiveSeries = 2 }, 0);
        var kind = new SeriesKind("k", ["c"], [], []);
        var first = registry.Get(kind, ["l"], ["1"], 0);
        registry.Get(kind, ["l"], ["2"], 1_000_000);
        var third = registry.Get(kind, ["l"], ["3"], 1_000_000);
        Assert.True(third.IsOverflow);
        Assert.Equal(SeriesLabels.Bytes("metric_overflow", "true"), third.Labels.Rest);
        Assert.Same(third, registry.Get(kind, ["l"], ["4"], 1_000_000));
        registry.Sweep(1_000_000);
        Assert.Equal(1, registry.ActiveSeries);
        Assert.True(first.HasEnded);
        Assert.NotSame(first, registry.Get(kind, ["l"], ["1"], 1_000_000));
    }

    [Fact]
    public void A_series_that_comes_back_within_the_minute_has_its_zero_behind_what_was_sent()
    {
        // 12:00:50 sent, then ended, then back at 12:00:55: the end of the minute before lies before the last sample, and Prometheus would refuse the whole request.
        var registry = new SeriesRegistry("t", new GeneratorSettings { StaleDuration = TimeSpan.FromMilliseconds(1) }, 0);
        var kind = new SeriesKind("k", ["c"], [], []);
        registry.Get(kind, ["l"], ["1"], 50_000).Counters[0] = 7;
        registry.Collect(new SampleBatches(100, "traceID"), 50_000);
        registry.Sweep(51_000);
        registry.Get(kind, ["l"], ["1"], 55_000).Counters[0] = 1;
        var expected = new SampleBatches(100, "traceID");
        expected.Add("c", SeriesLabels.Of([new("l", "1")]), 1, 55_000, 50_001, default);
        var batches = new SampleBatches(100, "traceID");
        registry.Collect(batches, 55_000);
        Assert.Equal(Assert.Single(expected.Complete()).Body, Assert.Single(batches.Complete()).Body);
    }
}
