using System.Text.Json;
using System.Text.Json.Nodes;
using Rubato.Configuration;
using Rubato.Model.Tenants;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>The fields of the API as they are in force: the answer to <c>?scope=merged</c>.</summary>
internal static class UserOverridesJson
{
    public static byte[] Of(TenantLimits limits)
    {
        var (generator, graphs, metrics) = (limits.MetricsGenerator, limits.MetricsGenerator.ServiceGraphs, limits.MetricsGenerator.SpanMetrics);
        var root = new JsonObject
        {
            ["forwarders"] = List(limits.Forwarders),
            ["cost_attribution"] = Without(new() { ["dimensions"] = Map(limits.CostAttributionDimensions) }),
            ["metrics_generator"] = Without(new()
            {
                ["processors"] = List(limits.MetricsGeneratorProcessors),
                ["disable_collection"] = generator.DisableCollection,
                ["collection_interval"] = Duration(generator.CollectionInterval),
                ["ingestion_time_range_slack"] = Duration(generator.IngestionTimeRangeSlack),
                ["generate_native_histograms"] = generator.GenerateNativeHistograms,
                ["trace_id_label_name"] = Text(generator.TraceIdLabelName),
                ["processor"] = Without(new()
                {
                    ["service_graphs"] = Without(new()
                    {
                        ["dimensions"] = List(graphs.Dimensions),
                        ["enable_client_server_prefix"] = graphs.EnableClientServerPrefix,
                        ["enable_virtual_node_label"] = graphs.EnableVirtualNodeLabel,
                        ["enable_messaging_system_latency_histogram"] = graphs.EnableMessagingSystemLatencyHistogram,
                        ["peer_attributes"] = List(graphs.PeerAttributes),
                        ["histogram_buckets"] = Numbers(graphs.HistogramBuckets),
                    }),
                    ["span_metrics"] = Without(new()
                    {
                        ["dimensions"] = List(metrics.Dimensions),
                        ["enable_target_info"] = metrics.EnableTargetInfo,
                        ["filter_policies"] = metrics.FilterPolicies is null ? null : new JsonArray([.. metrics.FilterPolicies.Select(Policy)]),
                        ["histogram_buckets"] = Numbers(metrics.HistogramBuckets),
                        ["target_info_excluded_dimensions"] = List(metrics.TargetInfoExcludedDimensions),
                    }),
                    ["host_info"] = Without(new()
                    {
                        ["host_identifiers"] = List(generator.HostIdentifiers),
                        ["metric_name"] = Text(generator.HostInfoMetricName),
                    }),
                }),
            }),
        };
        return JsonSerializer.SerializeToUtf8Bytes(Without(root) ?? []);
    }

    private static JsonNode Policy(SpanFilterPolicy policy) => Without(new()
    {
        ["include"] = Match(policy.Include),
        ["exclude"] = Match(policy.Exclude),
        ["include_any"] = Match(policy.IncludeAny),
    }) ?? [];

    private static JsonObject? Match(SpanPolicyMatch? match) => match is null ? null : new JsonObject
    {
        ["match_type"] = match.MatchType,
        ["attributes"] = new JsonArray([.. match.Attributes.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]),
    };

    private static JsonArray? List(IReadOnlyList<string>? list) => list is null ? null : new JsonArray([.. list.Select(one => JsonValue.Create(one))]);

    private static JsonArray? Numbers(IReadOnlyList<double>? list) => list is null ? null : new JsonArray([.. list.Select(one => JsonValue.Create(one))]);

    private static JsonObject? Map(IReadOnlyDictionary<string, string> map) =>
        map.Count == 0 ? null : new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static string? Duration(TimeSpan duration) => duration == TimeSpan.Zero ? null : ConfigDuration.Format(duration);

    /// <summary>What is not set is not shown; null when nothing is left.</summary>
    private static JsonObject? Without(JsonObject section)
    {
        foreach (var key in section.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
            section.Remove(key);
        return section.Count == 0 ? null : section;
    }
}
