using System.Collections.Concurrent;
using Rubato.Configuration;
using Rubato.Ingest.Generator;
using Rubato.Model.Tenants;

namespace Rubato.Server;

/// <summary>
/// The configuration with a tenant's overrides. The same object as long as nothing changes: the generator begins series anew when it gets another one.
/// </summary>
internal sealed class TenantGeneratorSettings(GeneratorSection section, ITenantLimits limits, bool multitenancy)
{
    private readonly ConcurrentDictionary<TenantId, (TenantLimits Limits, GeneratorSettings Settings)> _known = new();
    private readonly string _host = Environment.MachineName;

    public GeneratorSettings For(TenantId tenant)
    {
        var now = limits.For(tenant);
        if (_known.TryGetValue(tenant, out var known) && (ReferenceEquals(known.Limits, now) || Same(known.Limits, now))) return known.Settings;
        var settings = Make(tenant, now);
        _known[tenant] = (now, settings);
        return settings;
    }

    private static bool Same(TenantLimits a, TenantLimits b) => Of(a) == Of(b) && a.MetricsGeneratorProcessors.SequenceEqual(b.MetricsGeneratorProcessors);

    private static (int, TimeSpan, bool, string, string, TimeSpan) Of(TenantLimits limits)
    {
        var own = limits.MetricsGenerator;
        return (limits.MetricsGeneratorMaxActiveSeries, own.CollectionInterval, own.DisableCollection, own.GenerateNativeHistograms, own.TraceIdLabelName, own.IngestionTimeRangeSlack);
    }

    private GeneratorSettings Make(TenantId tenant, TenantLimits now)
    {
        var own = now.MetricsGenerator;
        // Underscores are a usual slip (spec/metrics-generator.md 1).
        var names = now.MetricsGeneratorProcessors.Select(p => p.Replace('_', '-')).ToHashSet(StringComparer.Ordinal);
        var labels = new List<KeyValuePair<string, string>>(section.Settings.ExternalLabels) { new("__metrics_gen_instance", _host) };
        if (section.InjectTenantAs.Length > 0 && multitenancy) labels.Add(new(section.InjectTenantAs, tenant.Value));
        return section.Settings with
        {
            SpanMetrics = SpanMetrics(names),
            ServiceGraphs = names.Contains("service-graphs") ? section.ServiceGraphs : null,
            HostIdentifiers = names.Contains("host-info") ? section.HostIdentifiers : null,
            MaxActiveSeries = now.MetricsGeneratorMaxActiveSeries,
            CollectionInterval = own.CollectionInterval > TimeSpan.Zero ? own.CollectionInterval : section.Settings.CollectionInterval,
            Slack = own.IngestionTimeRangeSlack > TimeSpan.Zero ? own.IngestionTimeRangeSlack : section.Settings.Slack,
            DisableCollection = own.DisableCollection,
            Classic = own.GenerateNativeHistograms != "native",
            Native = own.GenerateNativeHistograms != "classic",
            TraceIdLabel = own.TraceIdLabelName.Length > 0 ? own.TraceIdLabelName : section.Settings.TraceIdLabel,
            ExternalLabels = labels,
        };
    }

    /// <summary>A part alone is that family only; latency alone has the usual buckets.</summary>
    private SpanMetricsOptions? SpanMetrics(HashSet<string> names)
    {
        if (names.Contains("span-metrics")) return section.SpanMetrics;
        var (calls, latency, size) = (names.Contains("span-metrics-count"), names.Contains("span-metrics-latency"), names.Contains("span-metrics-size"));
        return calls || latency || size
            ? section.SpanMetrics with { Calls = calls, Latency = latency, Size = size, Buckets = new SpanMetricsOptions().Buckets }
            : null;
    }
}
