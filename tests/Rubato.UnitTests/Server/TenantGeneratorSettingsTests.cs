using Rubato.Configuration;
using Rubato.Ingest.Generator;
using Rubato.Model.Tenants;
using Rubato.Server;
using Xunit;

namespace Rubato.UnitTests.Server;

public sealed class TenantGeneratorSettingsTests
{
    private static readonly TenantId A = TenantId.Parse("a");

    private static readonly string[] All = ["span-metrics", "service-graphs", "host-info"];

    private static readonly SpanFilterPolicy Policy = new(
        new SpanPolicyMatch("regex", [new("name", "GET .*")]), new SpanPolicyMatch("strict", [new("kind", "SPAN_KIND_SERVER")]), new SpanPolicyMatch("strict", [new("a", "b")]));

    /// <summary>Every field with a value that is not the default one.</summary>
    private static MetricsGeneratorLimits Everything => new()
    {
        SpanMetrics = new()
        {
            HistogramBuckets = [0.2, 2], Dimensions = ["http.method"], FilterPolicies = [Policy],
            IntrinsicDimensions = new Dictionary<string, bool> { ["service"] = false, ["span_name"] = false, ["span_kind"] = false, ["status_code"] = false, ["status_message"] = true },
            DimensionMappings = [new("env", ["deployment.environment"], "/")], EnableTargetInfo = true, TargetInfoExcludedDimensions = ["x"], EnableInstanceLabel = false,
            SpanMultiplierKey = "ratio", EnableTracestateSpanMultiplier = true,
        },
        ServiceGraphs = new()
        {
            HistogramBuckets = [0.1, 1], Dimensions = ["cluster"], PeerAttributes = ["called"], FilterPolicies = [Policy], EnableClientServerPrefix = true,
            EnableMessagingSystemLatencyHistogram = true, EnableVirtualNodeLabel = true, SpanMultiplierKey = "ratio", EnableTracestateSpanMultiplier = true,
        },
        HostIdentifiers = ["machine"], HostInfoMetricName = "hosts",
    };

    [Fact]
    public void Every_field_of_a_tenant_replaces_that_of_the_configuration()
    {
        var settings = Settings(new() { MetricsGeneratorProcessors = All, MetricsGenerator = Everything });
        AssertAllDiffer(new SpanMetricsOptions(), settings.SpanMetrics!, "Calls", "Latency", "Size");
        // These have no key in the overrides.
        AssertAllDiffer(new ServiceGraphsOptions(), settings.ServiceGraphs!, "Wait", "MaxItems", "DatabaseNameAttributes");
        AssertAllDiffer(new HostInfoOptions(), settings.HostInfo!);
        Assert.Equal(new DimensionMapping("env", ["deployment.environment"], "/"), Assert.Single(settings.SpanMetrics!.Mappings));
        var expected = new FilterPolicy(
            new PolicyMatch(IsRegex: true, [new("name", "GET .*")]), new PolicyMatch(IsRegex: false, [new("kind", "SPAN_KIND_SERVER")]), new PolicyMatch(IsRegex: false, [new("a", "b")]));
        Assert.Equal(expected, Assert.Single(settings.SpanMetrics.FilterPolicies));
        Assert.Equal(expected, Assert.Single(settings.ServiceGraphs!.FilterPolicies));
    }

    [Fact]
    public void What_a_tenant_does_not_set_is_that_of_the_configuration_field_by_field()
    {
        var section = new GeneratorSection
        {
            SpanMetrics = new() { Dimensions = ["x"], SpanKind = false, Buckets = [5] },
            ServiceGraphs = new() { Dimensions = ["y"], EnableVirtualNodeLabel = true, Wait = TimeSpan.FromSeconds(3) },
            HostInfo = new() { Metric = "m" },
        };
        Assert.Equal(
            (section.SpanMetrics, section.ServiceGraphs, section.HostInfo),
            Parts(Settings(new() { MetricsGeneratorProcessors = All }, section)));

        var own = new MetricsGeneratorLimits
        {
            SpanMetrics = new() { IntrinsicDimensions = new Dictionary<string, bool> { ["span_name"] = false }, Dimensions = [], HistogramBuckets = [] },
            ServiceGraphs = new() { EnableVirtualNodeLabel = false },
            HostIdentifiers = ["id"],
        };
        Assert.Equal(
            (section.SpanMetrics with { SpanName = false, Dimensions = [] }, section.ServiceGraphs with { EnableVirtualNodeLabel = false }, section.HostInfo with { Identifiers = ["id"] }),
            Parts(Settings(new() { MetricsGeneratorProcessors = All, MetricsGenerator = own }, section)));
    }

    [Fact]
    public void Latency_alone_has_the_usual_buckets_or_the_tenants_own()
    {
        var section = new GeneratorSection { SpanMetrics = new() { Buckets = [5] } };
        string[] latency = ["span-metrics-latency"];
        Assert.Equal(new SpanMetricsOptions().Buckets, Settings(new() { MetricsGeneratorProcessors = latency }, section).SpanMetrics!.Buckets);
        var own = Settings(new() { MetricsGeneratorProcessors = latency, MetricsGenerator = new() { SpanMetrics = new() { HistogramBuckets = [7] } } }, section).SpanMetrics!;
        Assert.Equal(((ValueList<double>)[7], false, true, false), (own.Buckets, own.Calls, own.Latency, own.Size));
    }

    [Fact]
    public void Limits_and_native_histograms_reach_the_series()
    {
        var own = new MetricsGeneratorLimits
        {
            MaxActiveEntities = 3, MaxCardinalityPerLabel = 4, GenerateNativeHistograms = "native", NativeHistogramBucketFactor = 2, NativeHistogramMaxBucketNumber = 5,
            NativeHistogramMinResetDuration = TimeSpan.FromMinutes(6), IngestionTimeRangeSlack = TimeSpan.FromHours(1), CollectionInterval = TimeSpan.FromSeconds(30), TraceIdLabelName = "id",
        };
        var settings = Settings(new() { MetricsGeneratorMaxActiveSeries = 2, MetricsGenerator = own });
        Assert.Equal((2, 3, 4), (settings.MaxActiveSeries, settings.MaxActiveEntities, settings.Series.MaxValuesPerLabel));
        Assert.False(settings.Series.Classic);
        Assert.Equal(new NativeHistogramOptions { BucketFactor = 2, MaxBuckets = 5, MinReset = TimeSpan.FromMinutes(6) }, settings.Series.Native);
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromSeconds(30), "id"), (settings.Slack, settings.CollectionInterval, settings.TraceIdLabel));
        Assert.Null(Settings(new()).Series.Native);
    }

    [Fact]
    public void The_object_changes_only_with_what_the_generator_heeds()
    {
        var limits = new Changing { Now = Limits() };
        var sut = new TenantGeneratorSettings(new GeneratorSection(), limits, multitenancy: true);
        var settings = sut.For(A);
        limits.Now = Limits();
        Assert.Same(settings, sut.For(A));
        limits.Now = Limits() with { MaxBytesPerTrace = 5 };
        Assert.Same(settings, sut.For(A));
        limits.Now = Limits() with { MetricsGeneratorMaxActiveSeries = 5 };
        Assert.NotSame(settings, sut.For(A));
        Assert.Same(sut.For(A), sut.For(A));

        // As a file that is read again gives it: the same values in other lists.
        static TenantLimits Limits() => new() { MetricsGeneratorProcessors = [.. All], MetricsGenerator = Everything };
    }

    [Theory]
    [InlineData("metrics_generator: {limiter_type: entity}", false)]
    [InlineData("metrics_generator: {limiter_type: series}", true)]
    [InlineData("", true)]
    public void A_limit_of_label_sets_needs_its_limiter(string config, bool isWarned)
    {
        var result = Configuration.Configs.Load("overrides: {defaults: {metrics_generator: {max_active_entities: 5}}}\n" + config);
        Assert.Empty(result.Errors);
        Assert.Equal(isWarned, result.Warnings.Any(w => w.ToString().Contains("limiter_type: entity", StringComparison.Ordinal)));
        Assert.DoesNotContain(result.Warnings, w => w.ToString().Contains("no effect", StringComparison.Ordinal));
    }

    private static GeneratorSettings Settings(TenantLimits limits, GeneratorSection? section = null) =>
        new TenantGeneratorSettings(section ?? new GeneratorSection(), new FixedTenantLimits(limits), multitenancy: false).For(A);

    private static (SpanMetricsOptions?, ServiceGraphsOptions?, HostInfoOptions?) Parts(GeneratorSettings settings) => (settings.SpanMetrics, settings.ServiceGraphs, settings.HostInfo);

    private static void AssertAllDiffer<T>(T usual, T own, params string[] but)
    {
        foreach (var property in typeof(T).GetProperties().Where(p => !but.Contains(p.Name)))
            Assert.False(Equals(property.GetValue(usual), property.GetValue(own)), property.Name + " is not taken from the tenant");
    }

    private sealed class Changing : ITenantLimits
    {
        public required TenantLimits Now { get; set; }

        public TenantLimits For(TenantId tenant) => Now;
    }
}
