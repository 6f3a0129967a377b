using System.Globalization;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Semantics;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution.Metrics;

/// <summary>The metrics of spec/traceql.md section 19, its limits, and what bounds a query.</summary>
public sealed class MetricsExamplesTests
{
    private const ulong Second = 1_000_000_000;
    private const ulong Noon = 1_700_000_000 / 60 * 60 * Second;

    [Theory]
    [InlineData("{ } | count_over_time()", "__name__=count_over_time: 0 2 3")]
    [InlineData("{ } | rate() by (resource.service.name)", "resource.service.name=db: 0 0 0.016666667; resource.service.name=web: 0 0.033333333 0.033333333")]
    [InlineData("{ } | max_over_time(duration)", "__name__=max_over_time: - 0.2 0.06")]
    [InlineData("{ } | quantile_over_time(duration, 0.5)", "p=0.5: 0 0.134217728 0.033554432")]
    [InlineData("{ status = error } | histogram_over_time(duration) by (status)", "status=error, __bucket=0.067108864: 0 0 1")]
    [InlineData("{ } | count_over_time() by (span.retries)", "span.retries=nil: 0 1 1; span.retries=0: 0 0 1; span.retries=2: 0 1 0; span.retries=5: 0 0 1")]
    [InlineData("{ } | rate() by (name) | topk(1)", "name=GET /cart: 0 0.016666667 -; name=SELECT: - - 0.016666667")]
    [InlineData("{ } | count_over_time() by (name) > 0", "name=GET /cart: - 1 -; name=SELECT: - - 1; name=late: - - 1; name=load: - 1 -; name=render: - - 1")]
    [InlineData("{ name = \"none\" } | rate()", "__name__=rate: 0 0 0")]
    [InlineData("{ name = \"none\" } | rate() by (name)", "")]
    [InlineData("{ name = \"none\" } | max_over_time(duration)", "")]
    [InlineData("{ false } | rate()", "")]
    public async Task Worked_example(string query, string expected)
    {
        var result = await RunAsync(query, maxSeries: 0, Trace());
        Assert.Equal(expected, string.Join("; ", result.Series.Select(Text)));
        Assert.Null(result.Message);
    }

    [Fact]
    public async Task Series_beyond_the_limit_are_cut_and_the_answer_says_so()
    {
        var result = await RunAsync("{ } | rate() by (name)", maxSeries: 2, Trace());
        Assert.Equal(2, result.Series.Count);
        Assert.Contains("2, the maximum number of series", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_beyond_the_limit_is_refused_with_advice()
    {
        var refused = await Assert.ThrowsAsync<QueryLimitException>(() => RunAsync("{ } | rate() by (name)", 0, Trace(), maxMemoryBytes: 1000));
        Assert.Contains("group by fields with fewer values", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<QueryLimitException>(() => RunAsync("{ } | compare({ status = error })", 0, Trace(), maxMemoryBytes: 1000));
    }

    [Fact]
    public async Task Exemplars_name_their_trace_and_the_fields_of_the_query()
    {
        var request = Request("{ status = error } | max_over_time(duration) by (resource.service.name)") with { MaxExemplars = 5 };
        var result = await MetricsExecutor.RunAsync(SpanSegments.Snapshot(Trace()), request, TestContext.Current.CancellationToken);
        var exemplar = Assert.Single(Assert.Single(result.Series).Exemplars);
        Assert.Equal("trace:id=1, status=error, resource.service.name=db, duration=60ms", string.Join(", ", exemplar.Labels.Select(l => $"{l.Key}={l.Value}")));
        Assert.Equal((0.06, (long)((Noon + (70 * Second)) / 1_000_000)), (exemplar.Value, exemplar.TimestampMs));
    }

    private static Task<MetricsResult> RunAsync(string query, int maxSeries, Span[] spans, long maxMemoryBytes = 1 << 20) => MetricsExecutor.RunAsync(
        SpanSegments.Snapshot(spans), Request(query) with { MaxSeries = maxSeries, MaxMemoryBytes = maxMemoryBytes }, TestContext.Current.CancellationToken);

    private static MetricsRequest Request(string query) => new()
    {
        Query = TraceQLCompiler.Compile(query, QueryUse.Metrics),
        Buckets = TimeBuckets.Range(Noon, Noon + (120 * Second), 60 * Second),
    };

    private static Span[] Trace() =>
    [
        Make(1, 0, "web", "GET /cart", SpanKind.Server, StatusCode.Ok, Noon + (59_990 * Second / 1000), 200),
        Make(2, 1, "web", "load", SpanKind.Client, StatusCode.Unset, Noon + (60 * Second), 80, ("retries", AttributeValue.Of(2))),
        Make(3, 2, "db", "SELECT", SpanKind.Server, StatusCode.Error, Noon + (70 * Second), 60, ("rows", AttributeValue.Of(10))),
        Make(4, 1, "web", "render", SpanKind.Internal, StatusCode.Unset, Noon + (80 * Second), 40, ("retries", AttributeValue.Of(0))),
        Make(5, 9, "web", "late", SpanKind.Internal, StatusCode.Unset, Noon + (90 * Second), 10, ("retries", AttributeValue.Of(5))),
    ];

    private static Span Make(
        ulong id, ulong parent, string service, string name, SpanKind kind, StatusCode status, ulong start, ulong milliseconds, params (string Key, AttributeValue Value)[] attributes) => new()
        {
            TraceId = new TraceId(0, 1),
            SpanId = new SpanId(id),
            ParentSpanId = new SpanId(parent),
            Name = name,
            Kind = kind,
            StatusCode = status,
            StartUnixNano = start,
            EndUnixNano = start + (milliseconds * 1_000_000),
            Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, a.Value))],
            Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
            Scope = InstrumentationScope.Empty,
        };

    private static string Text(MetricsSeries series) =>
        string.Join(", ", series.Labels.Select(l => $"{l.Key}={l.Value}")) + ": "
        + string.Join(' ', series.Values.Select(v => double.IsNaN(v) ? "-" : Math.Round(v, 9).ToString(CultureInfo.InvariantCulture)));
}
