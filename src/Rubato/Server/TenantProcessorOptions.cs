using Rubato.Ingest.Generator;
using Rubato.Model.Tenants;

namespace Rubato.Server;

/// <summary>The options of a processor with what a tenant's overrides change of them, field by field. What they do not set stays as it is configured.</summary>
internal static class TenantProcessorOptions
{
    public static SpanMetricsOptions With(this SpanMetricsOptions options, SpanMetricsLimits own) => options with
    {
        Buckets = Buckets(own.HistogramBuckets) ?? options.Buckets,
        Dimensions = List(own.Dimensions) ?? options.Dimensions,
        Mappings = own.DimensionMappings is { } mappings ? [.. mappings.Select(m => new DimensionMapping(m.Name, [.. m.SourceLabels], m.Join))] : options.Mappings,
        FilterPolicies = Policies(own.FilterPolicies) ?? options.FilterPolicies,
        Service = Intrinsic(own, "service") ?? options.Service,
        SpanName = Intrinsic(own, "span_name") ?? options.SpanName,
        SpanKind = Intrinsic(own, "span_kind") ?? options.SpanKind,
        StatusCode = Intrinsic(own, "status_code") ?? options.StatusCode,
        StatusMessage = Intrinsic(own, "status_message") ?? options.StatusMessage,
        EnableTargetInfo = own.EnableTargetInfo ?? options.EnableTargetInfo,
        EnableInstanceLabel = own.EnableInstanceLabel ?? options.EnableInstanceLabel,
        TargetInfoExcluded = List(own.TargetInfoExcludedDimensions) ?? options.TargetInfoExcluded,
        SpanMultiplierKey = own.SpanMultiplierKey ?? options.SpanMultiplierKey,
        EnableTracestateMultiplier = own.EnableTracestateSpanMultiplier ?? options.EnableTracestateMultiplier,
    };

    public static ServiceGraphsOptions With(this ServiceGraphsOptions options, ServiceGraphsLimits own) => options with
    {
        Buckets = Buckets(own.HistogramBuckets) ?? options.Buckets,
        Dimensions = List(own.Dimensions) ?? options.Dimensions,
        PeerAttributes = List(own.PeerAttributes) ?? options.PeerAttributes,
        FilterPolicies = Policies(own.FilterPolicies) ?? options.FilterPolicies,
        EnableClientServerPrefix = own.EnableClientServerPrefix ?? options.EnableClientServerPrefix,
        EnableMessagingLatency = own.EnableMessagingSystemLatencyHistogram ?? options.EnableMessagingLatency,
        EnableVirtualNodeLabel = own.EnableVirtualNodeLabel ?? options.EnableVirtualNodeLabel,
        SpanMultiplierKey = own.SpanMultiplierKey ?? options.SpanMultiplierKey,
        EnableTracestateMultiplier = own.EnableTracestateSpanMultiplier ?? options.EnableTracestateMultiplier,
    };

    public static HostInfoOptions With(this HostInfoOptions options, MetricsGeneratorLimits own) => options with
    {
        Identifiers = List(own.HostIdentifiers) ?? options.Identifiers,
        Metric = own.HostInfoMetricName.Length > 0 ? own.HostInfoMetricName : options.Metric,
    };

    /// <summary>No buckets at all is no histogram: then those of the configuration hold, as there.</summary>
    private static ValueList<double>? Buckets(IReadOnlyList<double>? own) => own is { Count: > 0 } ? [.. own] : null;

    private static ValueList<string>? List(IReadOnlyList<string>? own) => own is null ? null : [.. own];

    private static bool? Intrinsic(SpanMetricsLimits own, string name) => own.IntrinsicDimensions is { } set && set.TryGetValue(name, out var isOn) ? isOn : null;

    private static ValueList<FilterPolicy>? Policies(IReadOnlyList<SpanFilterPolicy>? own) =>
        own is null ? null : [.. own.Select(policy => new FilterPolicy(Match(policy.Include), Match(policy.Exclude), Match(policy.IncludeAny)))];

    private static PolicyMatch? Match(SpanPolicyMatch? own) => own is null ? null : new PolicyMatch(own.MatchType == "regex", [.. own.Attributes]);
}
