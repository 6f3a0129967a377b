using System.Text.Json.Nodes;
using Rubato.Configuration;
using Rubato.Model.Tenants;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>The fields of the API as they are in force: the answer to <c>?scope=merged</c>. What is not set is not shown.</summary>
internal static class UserOverridesJson
{
    public static byte[] Of(TenantLimits limits)
    {
        var (generator, graphs, metrics) = (limits.MetricsGenerator, limits.MetricsGenerator.ServiceGraphs, limits.MetricsGenerator.SpanMetrics);
        var root = new JsonObject
        {
            ["forwarders"] = List(limits.Forwarders),
            ["cost_attribution"] = new JsonObject { ["dimensions"] = Map(limits.CostAttributionDimensions) },
            ["metrics_generator"] = new JsonObject
            {
                ["processors"] = List(limits.MetricsGeneratorProcessors),
                ["disable_collection"] = generator.DisableCollection,
                ["collection_interval"] = Duration(generator.CollectionInterval),
                ["ingestion_time_range_slack"] = Duration(generator.IngestionTimeRangeSlack),
                ["generate_native_histograms"] = generator.GenerateNativeHistograms,
                ["native_histogram_bucket_factor"] = generator.NativeHistogramBucketFactor,
                ["native_histogram_max_bucket_number"] = generator.NativeHistogramMaxBucketNumber,
                ["native_histogram_min_reset_duration"] = Duration(generator.NativeHistogramMinResetDuration),
                ["trace_id_label_name"] = Text(generator.TraceIdLabelName),
                ["span_name_sanitization"] = Text(generator.SpanNameSanitization),
                ["processor"] = new JsonObject
                {
                    ["service_graphs"] = new JsonObject
                    {
                        ["dimensions"] = List(graphs.Dimensions),
                        ["enable_client_server_prefix"] = graphs.EnableClientServerPrefix,
                        ["enable_virtual_node_label"] = graphs.EnableVirtualNodeLabel,
                        ["enable_messaging_system_latency_histogram"] = graphs.EnableMessagingSystemLatencyHistogram,
                        ["peer_attributes"] = List(graphs.PeerAttributes),
                        ["filter_policies"] = Policies(graphs.FilterPolicies),
                        ["histogram_buckets"] = Numbers(graphs.HistogramBuckets),
                        ["span_multiplier_key"] = graphs.SpanMultiplierKey,
                        ["enable_tracestate_span_multiplier"] = graphs.EnableTracestateSpanMultiplier,
                    },
                    ["span_metrics"] = new JsonObject
                    {
                        ["dimensions"] = List(metrics.Dimensions),
                        ["intrinsic_dimensions"] = metrics.IntrinsicDimensions is null ? null : Map(metrics.IntrinsicDimensions),
                        ["dimension_mappings"] = metrics.DimensionMappings is null ? null : new JsonArray([.. metrics.DimensionMappings.Select(Mapping)]),
                        ["enable_target_info"] = metrics.EnableTargetInfo,
                        ["target_info_excluded_dimensions"] = List(metrics.TargetInfoExcludedDimensions),
                        ["enable_instance_label"] = metrics.EnableInstanceLabel,
                        ["filter_policies"] = Policies(metrics.FilterPolicies),
                        ["histogram_buckets"] = Numbers(metrics.HistogramBuckets),
                        ["span_multiplier_key"] = metrics.SpanMultiplierKey,
                        ["enable_tracestate_span_multiplier"] = metrics.EnableTracestateSpanMultiplier,
                    },
                    ["host_info"] = new JsonObject
                    {
                        ["host_identifiers"] = List(generator.HostIdentifiers),
                        ["metric_name"] = Text(generator.HostInfoMetricName),
                    },
                },
            },
        };
        UserOverridesText.Complete(root, []);
        return UserOverridesText.Write(root);
    }

    private static JsonArray? Policies(IReadOnlyList<SpanFilterPolicy>? policies) => policies is null ? null : new JsonArray([.. policies.Select(Policy)]);

    private static JsonObject Policy(SpanFilterPolicy policy)
    {
        var json = new JsonObject();
        foreach (var (key, match) in new[] { ("include", policy.Include), ("exclude", policy.Exclude), ("include_any", policy.IncludeAny) })
        {
            if (match is not null)
                json[key] = Match(match);
        }

        return json;
    }

    private static JsonObject Mapping(SpanDimensionMapping mapping) =>
        new() { ["name"] = mapping.Name, ["source_labels"] = List(mapping.SourceLabels), ["join"] = mapping.Join };

    private static JsonObject Match(SpanPolicyMatch match) => new()
    {
        ["match_type"] = match.MatchType,
        ["attributes"] = new JsonArray([.. match.Attributes.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]),
    };

    private static JsonArray? List(IReadOnlyList<string>? list) => list is null ? null : new JsonArray([.. list.Select(one => JsonValue.Create(one))]);

    private static JsonArray? Numbers(IReadOnlyList<double>? list) => list is null ? null : new JsonArray([.. list.Select(one => JsonValue.Create(one))]);

    private static JsonObject? Map<T>(IReadOnlyDictionary<string, T> map) =>
        map.Count == 0 ? null : new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static string? Duration(TimeSpan duration) => duration == TimeSpan.Zero ? null : ConfigDuration.Format(duration);
}
