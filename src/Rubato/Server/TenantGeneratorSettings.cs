using System.Collections.Concurrent;
using Rubato.Configuration;
using Rubato.Ingest.Generator;
using Rubato.Model.Tenants;

namespace Rubato.Server;

/// <summary>
/// The configuration with a tenant's overrides. The same object as long as nothing changes that the generator heeds: it looks closer only at another one.
/// </summary>
internal sealed class TenantGeneratorSettings(GeneratorSection section, ITenantLimits limits, bool multitenancy)
{
    private readonly ConcurrentDictionary<TenantId, (TenantLimits Limits, GeneratorSettings Settings)> _known = new();
    private readonly string _host = Environment.MachineName;

    public GeneratorSettings For(TenantId tenant)
    {
        var now = limits.For(tenant);
        if (_known.TryGetValue(tenant, out var known) && ReferenceEquals(known.Limits, now)) return known.Settings;
        // The overrides are new, but perhaps of another tenant, or about something else.
        var made = Make(tenant, now);
        if (made.Equals(known.Settings)) made = known.Settings;
        _known[tenant] = (now, made);
        return made;
    }

    private GeneratorSettings Make(TenantId tenant, TenantLimits now)
    {
        var own = now.MetricsGenerator;
        // Underscores are a usual slip (spec/metrics-generator.md 1).
        var names = now.MetricsGeneratorProcessors.Select(p => p.Replace('_', '-')).ToHashSet(StringComparer.Ordinal);
        return section.Settings with
        {
            SpanMetrics = SpanMetrics(names, own.SpanMetrics),
            ServiceGraphs = names.Contains("service-graphs") ? section.ServiceGraphs.With(own.ServiceGraphs) : null,
            HostInfo = names.Contains("host-info") ? section.HostInfo.With(own) : null,
            Series = Series(tenant, own),
            MaxActiveSeries = now.MetricsGeneratorMaxActiveSeries,
            MaxActiveEntities = own.MaxActiveEntities,
            CollectionInterval = own.CollectionInterval > TimeSpan.Zero ? own.CollectionInterval : section.Settings.CollectionInterval,
            Slack = own.IngestionTimeRangeSlack > TimeSpan.Zero ? own.IngestionTimeRangeSlack : section.Settings.Slack,
            DisableCollection = own.DisableCollection,
            TraceIdLabel = own.TraceIdLabelName.Length > 0 ? own.TraceIdLabelName : section.Settings.TraceIdLabel,
        };
    }

    private SeriesOptions Series(TenantId tenant, MetricsGeneratorLimits own)
    {
        var labels = new List<KeyValuePair<string, string>>(section.Settings.Series.ExternalLabels) { new("__metrics_gen_instance", _host) };
        if (section.InjectTenantAs.Length > 0 && multitenancy) labels.Add(new(section.InjectTenantAs, tenant.Value));
        return section.Settings.Series with
        {
            Classic = own.GenerateNativeHistograms != "native",
            Native = own.GenerateNativeHistograms == "classic" ? null : new NativeHistogramOptions
            {
                BucketFactor = own.NativeHistogramBucketFactor,
                MaxBuckets = own.NativeHistogramMaxBucketNumber,
                MinReset = own.NativeHistogramMinResetDuration,
            },
            MaxValuesPerLabel = own.MaxCardinalityPerLabel,
            ExternalLabels = [.. labels],
        };
    }

    /// <summary>A part alone is that family only; latency alone has the usual buckets, or the tenant's own.</summary>
    private SpanMetricsOptions? SpanMetrics(HashSet<string> names, SpanMetricsLimits own)
    {
        if (names.Contains("span-metrics")) return section.SpanMetrics.With(own);
        var (calls, latency, size) = (names.Contains("span-metrics-count"), names.Contains("span-metrics-latency"), names.Contains("span-metrics-size"));
        return calls || latency || size
            ? (section.SpanMetrics with { Calls = calls, Latency = latency, Size = size, Buckets = new SpanMetricsOptions().Buckets }).With(own)
            : null;
    }
}
