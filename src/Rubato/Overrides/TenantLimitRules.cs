using System.Text.RegularExpressions;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>What a description of single keys cannot say (spec/limits-and-overrides.md 4.4). The same for defaults, the file and the API.</summary>
internal static partial class TenantLimitRules
{
    private static readonly TimeSpan MinCollection = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MaxCollection = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxSlack = TimeSpan.FromHours(12);

    /// <summary>Of every list of the generator: all tenants share its loop, and some write their own lists.</summary>
    private const int MaxListLength = 1000;

    private static readonly string[] Intrinsics = ["service", "span_name", "span_kind", "status_code", "status_message"];

    /// <summary>Every rule that is broken: the key, and what to do.</summary>
    public static IEnumerable<(string Key, string Message)> Broken(TenantLimits limits)
    {
        foreach (var problem in OfGenerator(limits.MetricsGenerator))
            yield return ("metrics_generator." + problem.Key, problem.Message);
        if (limits.Forwarders.Any(string.IsNullOrWhiteSpace))
            yield return ("forwarders", "a name is empty");
        foreach (var (attribute, label) in limits.CostAttributionDimensions)
        {
            if (attribute.Length == 0 || (label.Length > 0 && !LabelName().IsMatch(label)))
                yield return ("cost_attribution.dimensions", $"'{attribute}: {label}' does not name an attribute and a label of letters, digits and _");
        }
    }

    private static IEnumerable<(string Key, string Message)> OfGenerator(MetricsGeneratorLimits limits)
    {
        if (limits.CollectionInterval != TimeSpan.Zero && (limits.CollectionInterval < MinCollection || limits.CollectionInterval > MaxCollection))
            yield return ("collection_interval", "must be 15s to 5m, or 0 for that of metrics_generator.registry");
        if (limits.IngestionTimeRangeSlack > MaxSlack)
            yield return ("ingestion_time_range_slack", "must be at most 12h");
        if (limits.GenerateNativeHistograms is not ("classic" or "native" or "both"))
            yield return ("generate_native_histograms", $"'{limits.GenerateNativeHistograms}' is not one of classic, native, both");
        if (!(limits.NativeHistogramBucketFactor > 1))
            yield return ("native_histogram_bucket_factor", "must be greater than 1");
        if (limits.SpanNameSanitization is not ("" or "dry_run" or "enabled"))
            yield return ("span_name_sanitization", $"'{limits.SpanNameSanitization}' is not one of dry_run, enabled, or empty for off");
        if (limits.TraceIdLabelName.Length > 0 && !LabelName().IsMatch(limits.TraceIdLabelName))
            yield return ("trace_id_label_name", $"'{limits.TraceIdLabelName}' is not a label: letters, digits and _, not beginning with a digit");

        if (limits.HostInfoMetricName.Length > 0 && !MetricName().IsMatch(limits.HostInfoMetricName))
            yield return ("processor.host_info.metric_name", $"'{limits.HostInfoMetricName}' is not a metric: letters, digits, _ and :, not beginning with a digit");

        var (graphs, metrics) = (limits.ServiceGraphs, limits.SpanMetrics);
        foreach (var (key, list) in new[]
        {
            ("service_graphs.dimensions", graphs.Dimensions), ("service_graphs.peer_attributes", graphs.PeerAttributes), ("span_metrics.dimensions", metrics.Dimensions),
            ("span_metrics.target_info_excluded_dimensions", metrics.TargetInfoExcludedDimensions), ("host_info.host_identifiers", limits.HostIdentifiers),
        })
        {
            if (list?.Contains("") == true)
                yield return ("processor." + key, "an attribute has no name");
        }

        foreach (var (key, count) in new[]
        {
            ("service_graphs.histogram_buckets", graphs.HistogramBuckets?.Count), ("service_graphs.dimensions", graphs.Dimensions?.Count),
            ("service_graphs.peer_attributes", graphs.PeerAttributes?.Count), ("service_graphs.filter_policies", AttributesOf(graphs.FilterPolicies)),
            ("span_metrics.histogram_buckets", metrics.HistogramBuckets?.Count), ("span_metrics.dimensions", metrics.Dimensions?.Count),
            ("span_metrics.filter_policies", AttributesOf(metrics.FilterPolicies)), ("span_metrics.dimension_mappings", metrics.DimensionMappings?.Sum(m => m.SourceLabels.Count)),
            ("span_metrics.target_info_excluded_dimensions", metrics.TargetInfoExcludedDimensions?.Count), ("host_info.host_identifiers", limits.HostIdentifiers?.Count),
        })
        {
            if (count > MaxListLength)
                yield return ("processor." + key, $"has {count} entries, at most {MaxListLength} are possible");
        }

        foreach (var (section, buckets) in new[] { ("service_graphs", graphs.HistogramBuckets), ("span_metrics", metrics.HistogramBuckets) })
        {
            if (buckets is not null && !(buckets.Zip(buckets.Skip(1)).All(pair => pair.First < pair.Second) && buckets.All(double.IsFinite)))
                yield return ($"processor.{section}.histogram_buckets", "must be strictly increasing numbers; the last bucket, without an end, is added to them");
        }

        foreach (var (section, policies) in new[] { ("service_graphs", graphs.FilterPolicies), ("span_metrics", metrics.FilterPolicies) })
        {
            foreach (var policy in policies ?? [])
            {
                if (WrongWith(policy) is { } wrong)
                    yield return ($"processor.{section}.filter_policies", wrong);
            }
        }

        foreach (var name in (metrics.IntrinsicDimensions?.Keys ?? []).Except(Intrinsics))
            yield return ("processor.span_metrics.intrinsic_dimensions", $"'{name}' is not one of {string.Join(", ", Intrinsics)}");
        foreach (var mapping in metrics.DimensionMappings ?? [])
        {
            if (!LabelName().IsMatch(mapping.Name) || mapping.SourceLabels.Count == 0)
                yield return ("processor.span_metrics.dimension_mappings", $"'{mapping.Name}' needs a name of letters, digits and _, and source_labels");
        }
    }

    private static int? AttributesOf(IReadOnlyList<SpanFilterPolicy>? policies) =>
        policies?.Sum(policy => new[] { policy.Include, policy.Exclude, policy.IncludeAny }.Sum(match => match?.Attributes.Count ?? 0));

    private static string? WrongWith(SpanFilterPolicy policy)
    {
        var matches = new[] { policy.Include, policy.Exclude, policy.IncludeAny }.OfType<SpanPolicyMatch>().ToList();
        if (matches.Count == 0)
            return "a policy needs include, include_any or exclude";
        foreach (var match in matches)
        {
            if (match.MatchType is not ("strict" or "regex"))
                return $"match_type '{match.MatchType}' is not one of strict, regex";
            if (match.Attributes.Count == 0 || match.Attributes.Any(attribute => attribute.Key.Length == 0))
                return "a match needs attributes, each with a key";
            foreach (var (key, pattern) in match.MatchType == "regex" ? match.Attributes : [])
            {
                if (!IsRegex(pattern))
                    return $"the value of {key} is not a regular expression";
            }
        }

        return null;
    }

    private static bool IsRegex(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelName();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();
}
