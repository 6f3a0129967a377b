namespace Rubato.Overrides;

/// <summary>
/// The flat names of older files (<c>ingestion_rate_limit_bytes</c>), and where each now belongs. Also those of the
/// top-level <c>limits</c> section.
/// </summary>
internal static class LegacyLimitNames
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["max_traces_per_user"] = "ingestion.max_traces_per_user",
        ["max_global_traces_per_user"] = "ingestion.max_global_traces_per_user",
        ["max_bytes_per_trace"] = "global.max_bytes_per_trace",
        ["max_bytes_per_tag_values_query"] = "read.max_bytes_per_tag_values_query",
        ["max_blocks_per_tag_values_query"] = "read.max_blocks_per_tag_values_query",
        ["max_condition_groups_per_tag_query"] = "read.max_condition_groups_per_tag_query",
        ["max_search_duration"] = "read.max_search_duration",
        ["max_metrics_duration"] = "read.max_metrics_duration",
        ["unsafe_query_hints"] = "read.unsafe_query_hints",
        ["left_pad_trace_ids"] = "read.left_pad_trace_ids",
        ["block_retention"] = "compaction.block_retention",
        ["compaction_window"] = "compaction.compaction_window",
        ["compaction_disabled"] = "compaction.compaction_disabled",
        ["forwarders"] = "forwarders",
        ["parquet_dedicated_columns"] = "storage.parquet_dedicated_columns",
    };

    /// <summary>Longest prefix first, since they contain each other.</summary>
    private static readonly (string Prefix, string Section)[] Prefixes =
    [
        ("metrics_generator_processor_service_graphs_", "metrics_generator.processor.service_graphs."),
        ("metrics_generator_processor_span_metrics_", "metrics_generator.processor.span_metrics."),
        ("metrics_generator_processor_local_blocks_", "metrics_generator.processor.local_blocks."),
        ("metrics_generator_processor_host_info_", "metrics_generator.processor.host_info."),
        ("metrics_generator_forwarder_", "metrics_generator.forwarder."),
        ("metrics_generator_", "metrics_generator."),
        ("cost_attribution_", "cost_attribution."),
        ("ingestion_", "ingestion."),
    ];

    /// <summary>The path below <c>overrides.defaults</c>, or null for a name that never was one.</summary>
    public static string? Find(string flatName)
    {
        if (Names.TryGetValue(flatName, out var path))
            return path;

        foreach (var (prefix, section) in Prefixes)
        {
            if (flatName.StartsWith(prefix, StringComparison.Ordinal))
                return section + flatName[prefix.Length..];
        }

        return null;
    }

    public static IEnumerable<string> Known => Names.Keys.Concat(
    [
        "ingestion_rate_strategy", "ingestion_rate_limit_bytes", "ingestion_burst_size_bytes", "ingestion_tenant_shard_size", "ingestion_max_attribute_bytes",
        "metrics_generator_processors", "metrics_generator_max_active_series", "metrics_generator_ring_size", "metrics_generator_collection_interval",
    ]);
}
