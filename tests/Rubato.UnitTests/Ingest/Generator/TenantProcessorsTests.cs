using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Ingest.Generator;
using Rubato.Model.Columns;
using Rubato.Model.Spans;
using Xunit;

namespace Rubato.UnitTests.Ingest.Generator;

/// <summary>What goes on and what begins anew when a tenant's options change while spans come.</summary>
public sealed class TenantProcessorsTests
{
    private const long NowMs = 1_700_000_000_000;

    private static readonly GeneratorSettings Both = new()
    {
        SpanMetrics = new SpanMetricsOptions { Dimensions = ["http.method"] },
        ServiceGraphs = new ServiceGraphsOptions(),
    };

    // A label set costs calls, size and a histogram of 14 buckets, +Inf, count and sum; a call two counters and three histograms of 8.
    private const int OfSpans = 2 + 17;
    private const int OfCall = 2 + (3 * 11);

    private readonly TenantProcessors _sut = new("t", NullLogger.Instance);

    [Fact]
    public void Only_the_processor_whose_options_changed_begins_anew()
    {
        _sut.Use(Both, 0);
        _sut.Process(ACall(), NowMs);
        var registry = _sut.Registry!;
        Assert.Equal((2 * OfSpans) + OfCall, registry.ActiveSeries);

        var next = Both with { SpanMetrics = Both.SpanMetrics! with { Dimensions = ["customer"] } };
        Assert.True(_sut.EndsSeries(next));
        _sut.Use(next, NowMs);
        Assert.Same(registry, _sut.Registry);
        Assert.Equal(OfCall, registry.ActiveSeries);
        _sut.Process(ACall(), NowMs);
        Assert.Equal((2 * OfSpans) + OfCall, registry.ActiveSeries);

        _sut.Use(next with { ServiceGraphs = null }, NowMs);
        Assert.Equal(2 * OfSpans, registry.ActiveSeries);
    }

    [Fact]
    public void Equal_options_in_other_lists_limits_and_times_end_nothing()
    {
        _sut.Use(Both, 0);
        _sut.Process(ACall(), NowMs);
        var registry = _sut.Registry!;
        var next = Both with
        {
            SpanMetrics = new SpanMetricsOptions { Dimensions = [.. new List<string> { "http.method" }] },
            ServiceGraphs = new ServiceGraphsOptions(),
            Series = new SeriesOptions { ExternalLabels = [] },
            MaxActiveSeries = 5,
            CollectionInterval = TimeSpan.FromMinutes(1),
            Slack = TimeSpan.FromHours(1),
            TraceIdLabel = "other",
        };
        Assert.False(_sut.EndsSeries(next));
        _sut.Use(next, NowMs);
        Assert.Same(registry, _sut.Registry);
        Assert.Equal((2 * OfSpans) + OfCall, registry.ActiveSeries);
        Assert.Equal(5, registry.Settings.MaxActiveSeries);
    }

    [Fact]
    public void Other_labels_or_histograms_and_a_dry_run_begin_everything_anew()
    {
        _sut.Use(Both, 0);
        foreach (var next in new[]
        {
            Both with { Series = new() { ExternalLabels = [new("source", "rubato")] } },
            Both with { Series = new() { Native = new() } },
            Both with { Series = new() { Native = new() { BucketFactor = 2 } } },
            Both with { Series = new() { MaxValuesPerLabel = 10 } },
            Both with { DisableCollection = true },
            Both,
        })
        {
            _sut.Process(ACall(), NowMs);
            var registry = _sut.Registry!;
            Assert.True(_sut.EndsSeries(next));
            _sut.Use(next, NowMs);
            Assert.NotSame(registry, _sut.Registry);
            Assert.Equal((0, 0), (registry.ActiveSeries, _sut.Registry!.ActiveSeries));
        }
    }

    [Fact]
    public void What_is_off_has_no_series()
    {
        Assert.False(_sut.EndsSeries(Both));
        _sut.Use(Both, 0);
        _sut.Use(new GeneratorSettings(), 0);
        Assert.Null(_sut.Registry);
        _sut.Process(ACall(), NowMs);
        _sut.Use(Both, 0);
        Assert.NotNull(_sut.Registry);
    }

    [Fact]
    public void A_threshold_comes_before_the_ratio_of_an_attribute()
    {
        var builder = new SpanBatchBuilder();
        foreach (var (row, state, ratio) in new[] { (0, "", 0.5), (1, "ot=th:c", 0.5), (2, "ot=th:c", 0.0), (3, "vendor=1", 0.0), (4, "ot=th:8;rv:1", 0.0) })
        {
            builder.AddSpan(new SpanHeader { TraceId = new TraceId(1, 1), SpanId = new SpanId((ulong)row + 1), Name = "n"u8, TraceState = System.Text.Encoding.UTF8.GetBytes(state) }, 0, 0);
            if (ratio > 0) builder.AddDouble(AttributeOwner.Span, row, "ratio"u8, ratio);
        }

        foreach (var from in new[] { 0, 2 })
        {
            using var texts = new SliceTexts(new SpanSlice(builder.Snapshot(), from, 5, new int[5 - from]), new TextPool());
            Assert.Equal(new double[] { 2, 4, 4, 1, 2 }[from..], Multipliers.Of(texts, "ratio", fromTracestate: true));
            Assert.Equal(from == 0 ? [2, 2, 1, 1, 1] : [1.0, 1, 1], Multipliers.Of(texts, "ratio", fromTracestate: false));
            Assert.Equal(new double[] { 1, 4, 4, 1, 2 }[from..], Multipliers.Of(texts, "", fromTracestate: true));
            Assert.Null(Multipliers.Of(texts, "", fromTracestate: false));
        }
    }

    /// <summary>A call of one service by another: two spans.</summary>
    private static SpanSlice ACall()
    {
        var builder = new SpanBatchBuilder();
        const ulong start = (NowMs - 1000) * 1_000_000UL;
        foreach (var (service, id, parent, kind) in new[] { ("shop", 1UL, 0UL, 3), ("stock", 2UL, 1UL, 2) })
        {
            var name = System.Text.Encoding.UTF8.GetBytes(service);
            var resource = builder.GetOrAddResource(name, out _);
            builder.SetResourceFields(resource, 0, []);
            builder.AddString(AttributeOwner.Resource, resource, "service.name"u8, name);
            builder.AddSpan(
                new SpanHeader { TraceId = new TraceId(1, 1), SpanId = new SpanId(id), ParentSpanId = new SpanId(parent), Kind = kind, Name = "call"u8, StartUnixNano = start, EndUnixNano = start + 1000 },
                resource, builder.GetOrAddScope([], out _));
        }

        return new SpanSlice(builder.Snapshot(), 0, 2, [100, 100]);
    }
}
