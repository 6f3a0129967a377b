using Rubato.Configuration;
using Rubato.Configuration.Schema;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>
/// The keys that <c>AcceptedKeys.txt</c> describes: <c>metrics_generator.*</c> beyond processors and series, <c>forwarders</c>, <c>cost_attribution.*</c>.
/// What is not set stays as it was.
/// </summary>
internal static class TenantGeneratorKeys
{
    /// <summary>Those that do something, with whatever is below them. The others are read and warned about.</summary>
    private static readonly string[] Used =
    [
        "max_active_entities", "max_cardinality_per_label", "remote_write_headers",
        "native_histogram_bucket_factor", "native_histogram_max_bucket_number", "native_histogram_min_reset_duration",
        "processor.service_graphs", "processor.span_metrics", "processor.host_info",
    ];

    /// <param name="defaults">The description of <c>overrides.defaults</c>.</param>
    public static void MarkUsed(SchemaSection defaults)
    {
        foreach (var key in Used)
            GeneratorKeys.MarkAll(defaults.Find("metrics_generator." + key) ?? throw new InvalidOperationException($"AcceptedKeys.txt does not describe overrides.defaults.metrics_generator.{key}"));
    }

    public static TenantLimits Apply(TenantLimits limits, ConfigValues values, string path)
    {
        var read = new Section(values, path);
        return limits with
        {
            MetricsGenerator = Generator(limits.MetricsGenerator, read.At("metrics_generator")),
            Forwarders = read.Texts("forwarders") ?? limits.Forwarders,
            CostAttributionMaxCardinality = read.Int("cost_attribution.max_cardinality") ?? limits.CostAttributionMaxCardinality,
            CostAttributionDimensions = read.Map<string>("cost_attribution.dimensions") ?? limits.CostAttributionDimensions,
        };
    }

    private static MetricsGeneratorLimits Generator(MetricsGeneratorLimits below, Section read) => below with
    {
        RingSize = read.Int("ring_size") ?? below.RingSize,
        MaxActiveEntities = read.Int("max_active_entities") ?? below.MaxActiveEntities,
        MaxCardinalityPerLabel = read.Int("max_cardinality_per_label") ?? below.MaxCardinalityPerLabel,
        CollectionInterval = read.Value<TimeSpan>("collection_interval") ?? below.CollectionInterval,
        DisableCollection = read.Value<bool>("disable_collection") ?? below.DisableCollection,
        GenerateNativeHistograms = read.Text("generate_native_histograms") ?? below.GenerateNativeHistograms,
        NativeHistogramBucketFactor = read.Value<double>("native_histogram_bucket_factor") ?? below.NativeHistogramBucketFactor,
        NativeHistogramMaxBucketNumber = read.Int("native_histogram_max_bucket_number") ?? below.NativeHistogramMaxBucketNumber,
        NativeHistogramMinResetDuration = read.Value<TimeSpan>("native_histogram_min_reset_duration") ?? below.NativeHistogramMinResetDuration,
        TraceIdLabelName = read.Text("trace_id_label_name") ?? below.TraceIdLabelName,
        SpanNameSanitization = read.Text("span_name_sanitization") ?? below.SpanNameSanitization,
        RemoteWriteHeaders = read.Map<string>("remote_write_headers") ?? below.RemoteWriteHeaders,
        IngestionTimeRangeSlack = read.Value<TimeSpan>("ingestion_time_range_slack") ?? below.IngestionTimeRangeSlack,
        ForwarderQueueSize = read.Int("forwarder.queue_size") ?? below.ForwarderQueueSize,
        ForwarderWorkers = read.Int("forwarder.workers") ?? below.ForwarderWorkers,
        ServiceGraphs = ServiceGraphs(below.ServiceGraphs, read.At("processor.service_graphs")),
        SpanMetrics = SpanMetrics(below.SpanMetrics, read.At("processor.span_metrics")),
        HostIdentifiers = read.Texts("processor.host_info.host_identifiers") ?? below.HostIdentifiers,
        HostInfoMetricName = read.Text("processor.host_info.metric_name") ?? below.HostInfoMetricName,
    };

    private static ServiceGraphsLimits ServiceGraphs(ServiceGraphsLimits below, Section read) => below with
    {
        HistogramBuckets = read.Numbers("histogram_buckets") ?? below.HistogramBuckets,
        Dimensions = read.Texts("dimensions") ?? below.Dimensions,
        PeerAttributes = read.Texts("peer_attributes") ?? below.PeerAttributes,
        FilterPolicies = read.List("filter_policies", Policy) ?? below.FilterPolicies,
        EnableClientServerPrefix = read.Value<bool>("enable_client_server_prefix") ?? below.EnableClientServerPrefix,
        EnableMessagingSystemLatencyHistogram = read.Value<bool>("enable_messaging_system_latency_histogram") ?? below.EnableMessagingSystemLatencyHistogram,
        EnableVirtualNodeLabel = read.Value<bool>("enable_virtual_node_label") ?? below.EnableVirtualNodeLabel,
        SpanMultiplierKey = read.Text("span_multiplier_key") ?? below.SpanMultiplierKey,
        EnableTracestateSpanMultiplier = read.Value<bool>("enable_tracestate_span_multiplier") ?? below.EnableTracestateSpanMultiplier,
    };

    private static SpanMetricsLimits SpanMetrics(SpanMetricsLimits below, Section read) => below with
    {
        HistogramBuckets = read.Numbers("histogram_buckets") ?? below.HistogramBuckets,
        Dimensions = read.Texts("dimensions") ?? below.Dimensions,
        IntrinsicDimensions = read.Map<bool>("intrinsic_dimensions") ?? below.IntrinsicDimensions,
        FilterPolicies = read.List("filter_policies", Policy) ?? below.FilterPolicies,
        DimensionMappings = read.List("dimension_mappings", Mapping) ?? below.DimensionMappings,
        EnableTargetInfo = read.Value<bool>("enable_target_info") ?? below.EnableTargetInfo,
        TargetInfoExcludedDimensions = read.Texts("target_info_excluded_dimensions") ?? below.TargetInfoExcludedDimensions,
        EnableInstanceLabel = read.Value<bool>("enable_instance_label") ?? below.EnableInstanceLabel,
        SpanMultiplierKey = read.Text("span_multiplier_key") ?? below.SpanMultiplierKey,
        EnableTracestateSpanMultiplier = read.Value<bool>("enable_tracestate_span_multiplier") ?? below.EnableTracestateSpanMultiplier,
    };

    private static SpanFilterPolicy Policy(Section read) => new(Match(read, "include"), Match(read, "exclude"), Match(read, "include_any"));

    private static SpanPolicyMatch? Match(Section read, string key) => !read.Has(key) ? null : new SpanPolicyMatch(
        read.Text(key + ".match_type") ?? "",
        read.List(key + ".attributes", pair => KeyValuePair.Create(pair.Text("key") ?? "", pair.Text("value") ?? "")) ?? []);

    private static SpanDimensionMapping Mapping(Section read) => new(read.Text("name") ?? "", read.Texts("source_labels") ?? [], read.Text("join") ?? "");

    /// <summary>Values below a path; null for what is not set.</summary>
    private readonly struct Section(ConfigValues values, string path)
    {
        public Section At(string key) => new(values, ConfigValues.Join(path, key));

        public bool Has(string key) => values.HasSection(ConfigValues.Join(path, key));

        public T? Value<T>(string key)
            where T : struct => values.TryGet(ConfigValues.Join(path, key), out var value) ? (T)value : null;

        public int? Int(string key) => values.TryGet(ConfigValues.Join(path, key), out var value) ? (int)Math.Min((long)value, int.MaxValue) : null;

        public string? Text(string key) => values.TryGet(ConfigValues.Join(path, key), out var value) ? (string)value : null;

        public string[]? Texts(string key) => values.TryGet(ConfigValues.Join(path, key), out var value) ? (string[])value : null;

        public double[]? Numbers(string key) => values.TryGet(ConfigValues.Join(path, key), out var value) ? (double[])value : null;

        public Dictionary<string, T>? Map<T>(string key) => values.TryGet(ConfigValues.Join(path, key), out var value)
            ? ((SortedDictionary<string, object>)value).ToDictionary(pair => pair.Key, pair => (T)pair.Value, StringComparer.Ordinal)
            : null;

        public T[]? List<T>(string key, Func<Section, T> read) => values.TryGet(ConfigValues.Join(path, key), out var value)
            ? [.. ((List<ConfigValues>)value).Select(item => read(new Section(item, "")))]
            : null;
    }
}
