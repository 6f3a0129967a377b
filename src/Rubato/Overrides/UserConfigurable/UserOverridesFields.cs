using System.Collections.Frozen;
using Rubato.Configuration;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>Which keys of an entry in the overrides file a tenant may set for itself (spec/http-api.md 7).</summary>
internal static class UserOverridesFields
{
    private const string Generator = "metrics_generator";

    /// <summary>Added to those of the file instead of replacing them, so that the two never contradict.</summary>
    private const string Processors = Generator + ".processors";

    private static readonly FrozenSet<string> Fields = FrozenSet.ToFrozenSet<string>(
        [
            "forwarders",
            "cost_attribution.dimensions",
            Processors,
            .. Under(Generator, "disable_collection", "collection_interval", "ingestion_time_range_slack", "trace_id_label_name", "span_name_sanitization",
                "generate_native_histograms", "native_histogram_bucket_factor", "native_histogram_max_bucket_number", "native_histogram_min_reset_duration"),
            .. Under($"{Generator}.processor.service_graphs", "dimensions", "enable_client_server_prefix", "enable_virtual_node_label",
                "enable_messaging_system_latency_histogram", "peer_attributes", "filter_policies", "histogram_buckets", "span_multiplier_key",
                "enable_tracestate_span_multiplier"),
            .. Under($"{Generator}.processor.span_metrics", "dimensions", "intrinsic_dimensions", "dimension_mappings", "enable_target_info",
                "target_info_excluded_dimensions", "enable_instance_label", "filter_policies", "histogram_buckets", "span_multiplier_key",
                "enable_tracestate_span_multiplier"),
            .. Under($"{Generator}.processor.host_info", "host_identifiers", "metric_name"),
        ],
        StringComparer.Ordinal);

    /// <summary>Sections that a document always has, be they empty: clients read through them without looking.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        ["cost_attribution", $"{Generator}.processor.service_graphs", $"{Generator}.processor.span_metrics", $"{Generator}.processor.host_info"];

    /// <summary>A field, or a section with fields in it.</summary>
    public static bool Contains(string path) => Fields.Contains(path) || Fields.Any(field => IsBelow(field, path));

    /// <summary>Names that may stand in a section, for a hint.</summary>
    public static IEnumerable<string> NamesIn(string section) => Fields
        .Where(field => section.Length == 0 || IsBelow(field, section))
        .Select(field => field[(section.Length == 0 ? 0 : section.Length + 1)..].Split('.')[0])
        .Distinct();

    /// <summary>The fields that an entry of the overrides file sets and that a document would hide.</summary>
    public static IReadOnlyList<string> SetIn(ConfigValues? entry) =>
        entry is null ? [] : [.. Fields.Where(field => field != Processors && entry.Contains(field)).Order(StringComparer.Ordinal)];

    private static bool IsBelow(string field, string section) => field.Length > section.Length && field[section.Length] == '.' && field.StartsWith(section, StringComparison.Ordinal);

    private static IEnumerable<string> Under(string section, params string[] keys) => keys.Select(key => $"{section}.{key}");
}
