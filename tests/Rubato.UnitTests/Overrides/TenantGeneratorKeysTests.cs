using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Configuration;
using Rubato.Model.Tenants;
using Rubato.Overrides;
using Rubato.UnitTests.Configuration;
using Xunit;

namespace Rubato.UnitTests.Overrides;

public sealed class TenantGeneratorKeysTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_key_reaches_its_property()
    {
        var (limits, errors) = Load("""
            overrides:
              a:
                forwarders: [x]
                cost_attribution: {max_cardinality: 7, dimensions: {resource.team: team}}
                metrics_generator:
                  ring_size: 1
                  max_active_entities: 2
                  max_cardinality_per_label: 3
                  collection_interval: 20s
                  disable_collection: true
                  generate_native_histograms: both
                  native_histogram_bucket_factor: 1.5
                  native_histogram_max_bucket_number: 4
                  native_histogram_min_reset_duration: 1m
                  trace_id_label_name: trace
                  span_name_sanitization: dry_run
                  remote_write_headers: {X-Key: secret}
                  ingestion_time_range_slack: 1h
                  forwarder: {queue_size: 5, workers: 6}
                  processor:
                    service_graphs:
                      histogram_buckets: [1, 2]
                      dimensions: [d]
                      peer_attributes: [p]
                      enable_client_server_prefix: true
                      enable_virtual_node_label: false
                    span_metrics:
                      histogram_buckets: [0.5]
                      intrinsic_dimensions: {span_kind: false}
                      dimension_mappings: [{name: m, source_labels: [s], join: /}]
                      enable_target_info: true
                      filter_policies:
                        - include: {match_type: regex, attributes: [{key: name, value: "GET .*"}]}
                    host_info: {host_identifiers: [host.id], metric_name: hosts}
            """);

        Assert.Empty(errors);
        Assert.Equal(("x", 7, "team"), (limits.Forwarders[0], limits.CostAttributionMaxCardinality, limits.CostAttributionDimensions["resource.team"]));
        var generator = limits.MetricsGenerator;
        Assert.Equal((1, 2, 3, 5, 6), (generator.RingSize, generator.MaxActiveEntities, generator.MaxCardinalityPerLabel, generator.ForwarderQueueSize, generator.ForwarderWorkers));
        Assert.Equal((TimeSpan.FromSeconds(20), true, "both", 1.5, 4), (generator.CollectionInterval, generator.DisableCollection, generator.GenerateNativeHistograms,
            generator.NativeHistogramBucketFactor, generator.NativeHistogramMaxBucketNumber));
        Assert.Equal((TimeSpan.FromMinutes(1), "trace", "dry_run", "secret", TimeSpan.FromHours(1)), (generator.NativeHistogramMinResetDuration, generator.TraceIdLabelName,
            generator.SpanNameSanitization, generator.RemoteWriteHeaders["X-Key"], generator.IngestionTimeRangeSlack));
        Assert.Equal(("host.id", "hosts"), (generator.HostIdentifiers![0], generator.HostInfoMetricName));
        Assert.Equal([1, 2], generator.ServiceGraphs.HistogramBuckets);
        Assert.Equal(("d", "p", true, false, null), (generator.ServiceGraphs.Dimensions![0], generator.ServiceGraphs.PeerAttributes![0],
            generator.ServiceGraphs.EnableClientServerPrefix, generator.ServiceGraphs.EnableVirtualNodeLabel, generator.ServiceGraphs.FilterPolicies));
        Assert.False(generator.SpanMetrics.IntrinsicDimensions!["span_kind"]);
        Assert.Equal(("m", "s", "/"), (generator.SpanMetrics.DimensionMappings![0].Name, generator.SpanMetrics.DimensionMappings[0].SourceLabels[0], generator.SpanMetrics.DimensionMappings[0].Join));
        var policy = Assert.Single(generator.SpanMetrics.FilterPolicies!);
        Assert.Equal(("regex", KeyValuePair.Create("name", "GET .*")), (policy.Include!.MatchType, policy.Include.Attributes[0]));
        Assert.Null(policy.Exclude);
    }

    [Fact]
    public void What_an_entry_leaves_out_is_inherited()
    {
        var (limits, errors) = Load("""
            overrides:
              "*": {metrics_generator: {trace_id_label_name: everyone, processor: {span_metrics: {dimensions: [x], enable_target_info: true}}}}
              a: {metrics_generator_collection_interval: 1m, metrics_generator_processor_span_metrics_dimensions: [y]}
            """);

        Assert.Empty(errors);
        var generator = limits.MetricsGenerator;
        Assert.Equal(("everyone", TimeSpan.FromMinutes(1), "y", true),
            (generator.TraceIdLabelName, generator.CollectionInterval, generator.SpanMetrics.Dimensions![0], generator.SpanMetrics.EnableTargetInfo));
    }

    [Theory]
    [InlineData("collection_interval: 14s", "overrides.a.metrics_generator.collection_interval must be 15s to 5m")]
    [InlineData("collection_interval: 301s", "overrides.a.metrics_generator.collection_interval must be 15s to 5m")]
    [InlineData("ingestion_time_range_slack: 13h", "ingestion_time_range_slack must be at most 12h")]
    [InlineData("native_histogram_bucket_factor: 1", "native_histogram_bucket_factor must be greater than 1")]
    [InlineData("trace_id_label_name: trace-id", "'trace-id' is not a label")]
    [InlineData("processors: [span-metric]", "did you mean span-metrics")]
    [InlineData("processor: {service_graphs: {histogram_buckets: [1, 1]}}", "service_graphs.histogram_buckets must be strictly increasing")]
    [InlineData("processor: {span_metrics: {histogram_buckets: [2, 1]}}", "span_metrics.histogram_buckets must be strictly increasing")]
    [InlineData("processor: {span_metrics: {histogram_buckets: [1, 1e999]}}", "span_metrics.histogram_buckets")]
    [InlineData("processor: {span_metrics: {dimensions: [a, '']}}", "an attribute has no name")]
    [InlineData("processor: {host_info: {metric_name: a-b}}", "'a-b' is not a metric")]
    [InlineData("processor: {span_metrics: {intrinsic_dimensions: {kind: true}}}", "'kind' is not one of service")]
    [InlineData("processor: {span_metrics: {dimension_mappings: [{name: a-b, source_labels: [x]}]}}", "'a-b' needs a name")]
    [InlineData("processor: {span_metrics: {filter_policies: [{}]}}", "a policy needs include")]
    [InlineData("processor: {span_metrics: {filter_policies: [{include: {match_type: regex, attributes: [{key: name, value: '('}]}}]}}", "is not a regular expression")]
    public void What_breaks_a_rule_is_refused_with_its_key_and_line(string generator, string expected)
    {
        var (_, errors) = Load($"overrides:\n  a:\n    metrics_generator:\n      {generator}\n");

        var error = Assert.Single(errors).ToString();
        Assert.Contains(expected, error);
        Assert.Contains(":4: ", error);
    }

    [Fact]
    public void A_list_without_end_is_refused()
    {
        static string Of(int count) => $"overrides: {{a: {{metrics_generator: {{processor: {{span_metrics: {{dimensions: [{string.Join(',', Enumerable.Range(0, count).Select(i => "d" + i))}]}}}}}}}}}}";
        Assert.Empty(Load(Of(1000)).Errors);
        Assert.Contains("span_metrics.dimensions has 1001 entries, at most 1000 are possible", Assert.Single(Load(Of(1001)).Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_checked_too()
    {
        var result = Configs.Load("overrides: {defaults: {metrics_generator: {collection_interval: 1s}}}");
        Assert.Contains("overrides.defaults.metrics_generator.collection_interval must be 15s to 5m", Assert.Single(result.Errors).ToString());
    }

    private (TenantLimits Limits, IReadOnlyList<ConfigProblem> Errors) Load(string file)
    {
        File.WriteAllText(_file, file);
        var config = Configs.Load(new ConfigSource { Path = "tempo.yaml", Text = "", Settings = [new ConfigSetting("-x", "overrides.per_tenant_override_config", _file)] });
        var sut = new TenantOverrides(config, TimeProvider.System, NullLogger<TenantOverrides>.Instance);
        var errors = sut.Load();
        return (sut.For(TenantId.Parse("a")), errors);
    }
}
