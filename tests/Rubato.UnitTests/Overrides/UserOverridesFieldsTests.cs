using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rubato.Model.Tenants;
using Rubato.Overrides.UserConfigurable;
using Rubato.UnitTests.Configuration;
using Xunit;

namespace Rubato.UnitTests.Overrides;

public sealed class UserOverridesFieldsTests
{
    // Every field of spec/http-api.md 7, each with a value that is nobody's default.
    private const string All = """
        {
          "forwarders": ["f"],
          "cost_attribution": {"dimensions": {"service.name": "svc"}},
          "metrics_generator": {
            "processors": ["span-metrics"], "disable_collection": true, "collection_interval": "30s", "ingestion_time_range_slack": "45s",
            "generate_native_histograms": "both", "native_histogram_bucket_factor": 1.5, "native_histogram_max_bucket_number": 50,
            "native_histogram_min_reset_duration": "5m0s", "trace_id_label_name": "traceID", "span_name_sanitization": "enabled",
            "processor": {
              "service_graphs": {
                "dimensions": ["cluster"], "enable_client_server_prefix": true, "enable_virtual_node_label": true, "enable_messaging_system_latency_histogram": true,
                "peer_attributes": ["peer.service"],
                "filter_policies": [{"include": {"match_type": "strict", "attributes": [{"key": "kind", "value": "SPAN_KIND_SERVER"}]}}],
                "histogram_buckets": [0.1, 1], "span_multiplier_key": "x", "enable_tracestate_span_multiplier": true
              },
              "span_metrics": {
                "dimensions": ["http.method"], "intrinsic_dimensions": {"service": true, "span_kind": false},
                "dimension_mappings": [{"name": "env", "source_labels": ["deployment.environment"], "join": "/"}],
                "enable_target_info": true, "target_info_excluded_dimensions": ["x"], "enable_instance_label": false,
                "filter_policies": [{"exclude": {"match_type": "regex", "attributes": [{"key": "name", "value": "GET .*"}]}}, {"include_any": {"match_type": "strict", "attributes": [{"key": "a", "value": "b"}]}}],
                "histogram_buckets": [0.2, 2], "span_multiplier_key": "y", "enable_tracestate_span_multiplier": true
              },
              "host_info": {"host_identifiers": ["k8s.node.name"], "metric_name": "traces_host_info"}
            }
          }
        }
        """;

    [Fact]
    public void Every_field_is_taken_and_comes_back_in_force()
    {
        var document = Parse(All);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(All), JsonNode.Parse(document.Content)), Encoding.UTF8.GetString(document.Content));
        var merged = UserOverridesJson.Of(document.ApplyTo(TenantLimits.Default));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(All), JsonNode.Parse(merged)), Encoding.UTF8.GetString(merged));
    }

    [Fact]
    public void What_is_in_force_without_any_has_its_sections()
    {
        using var json = JsonDocument.Parse(UserOverridesJson.Of(TenantLimits.Default));
        Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("cost_attribution").ValueKind);
        var processor = json.RootElement.GetProperty("metrics_generator").GetProperty("processor");
        Assert.Equal(["service_graphs", "span_metrics", "host_info"], processor.EnumerateObject().Select(section => section.Name));
        Assert.All(processor.EnumerateObject(), section => Assert.Equal("{}", section.Value.GetRawText()));
    }

    [Fact]
    public void Durations_are_nanoseconds_too()
    {
        var limits = Parse("""{"metrics_generator":{"collection_interval":15000000000}}""").ApplyTo(TenantLimits.Default);
        Assert.Equal(TimeSpan.FromSeconds(15), limits.MetricsGenerator.CollectionInterval);
    }

    [Fact]
    public void An_empty_list_replaces_what_is_below()
    {
        var below = TenantLimits.Default with { MetricsGenerator = new() { SpanMetrics = new() { Dimensions = ["a"], FilterPolicies = [new(null, null, null)] } } };
        var limits = Parse("""{"metrics_generator":{"processor":{"span_metrics":{"dimensions":[],"filter_policies":[]}}}}""").ApplyTo(below);
        Assert.Empty(limits.MetricsGenerator.SpanMetrics.Dimensions!);
        Assert.Empty(limits.MetricsGenerator.SpanMetrics.FilterPolicies!);
    }

    [Fact]
    public void Whatever_comes_is_refused_in_words_or_can_be_used_and_read_again()
    {
        var random = new Random(7);
        var schema = Configs.Load("").TenantSchema;
        var original = Encoding.UTF8.GetBytes(All);
        ReadOnlySpan<byte> pieces = "{}[]\":,\\u0d8-1e9ntf .\xFF\0"u8;
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var json = original.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                // One byte becomes another, or a part of the text is put somewhere else.
                var at = random.Next(json.Length - 40);
                if (random.Next(2) == 0)
                    json[at] = pieces[random.Next(pieces.Length)];
                else
                    json.AsSpan(random.Next(json.Length - 40), random.Next(40)).CopyTo(json.AsSpan(at));
            }

            if (!UserOverridesDocument.TryParse(json, schema, ["f"], out var document, out var error))
            {
                Assert.NotEmpty(error);
                continue;
            }

            taken++;
            Assert.NotEmpty(UserOverridesJson.Of(document.ApplyTo(TenantLimits.Default)));
            Assert.True(UserOverridesDocument.TryParse(document.Content, schema, ["f"], out var again, out error), error);
            Assert.Equal(document.Content, again.Content);
        }

        Assert.InRange(taken, 100, 15_000);
    }

    private static UserOverridesDocument Parse(string json)
    {
        Assert.True(UserOverridesDocument.TryParse(Encoding.UTF8.GetBytes(json), Configs.Load("").TenantSchema, ["f"], out var document, out var error), error);
        return document;
    }
}
