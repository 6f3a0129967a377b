namespace Rubato.Model.Tenants;

/// <summary>
/// <c>overrides.*.metrics_generator</c> beside its processors and series: what a tenant changes of the section <c>metrics_generator</c>.
/// Null, 0 and "" mean "not set": that section's value holds.
/// </summary>
public sealed record MetricsGeneratorLimits
{
    public static MetricsGeneratorLimits Unset { get; } = new();

    /// <summary>Generators that share the tenant; 0 means all of them.</summary>
    public int RingSize { get; init; }

    public int MaxActiveEntities { get; init; }

    /// <summary>Values of one label; more become one.</summary>
    public int MaxCardinalityPerLabel { get; init; }

    /// <summary>0, or 15 seconds to 5 minutes.</summary>
    public TimeSpan CollectionInterval { get; init; }

    /// <summary>Series are kept and counted, nothing is sent: a dry run.</summary>
    public bool DisableCollection { get; init; }

    /// <summary>classic, native or both.</summary>
    public string GenerateNativeHistograms { get; init; } = "classic";

    /// <summary>Growth from one bucket to the next; more than 1.</summary>
    public double NativeHistogramBucketFactor { get; init; } = 1.1;

    public int NativeHistogramMaxBucketNumber { get; init; } = 100;

    public TimeSpan NativeHistogramMinResetDuration { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Label of exemplars.</summary>
    public string TraceIdLabelName { get; init; } = "";

    public string SpanNameSanitization { get; init; } = "";

    /// <summary>Sent with remote writes; secret.</summary>
    public IReadOnlyDictionary<string, string> RemoteWriteHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>Spans that ended longer ago are left out; 0, or up to 12 hours.</summary>
    public TimeSpan IngestionTimeRangeSlack { get; init; }

    public int ForwarderQueueSize { get; init; }

    public int ForwarderWorkers { get; init; }

    public ServiceGraphsLimits ServiceGraphs { get; init; } = new();

    public SpanMetricsLimits SpanMetrics { get; init; } = new();

    /// <summary>Attributes that name a host.</summary>
    public IReadOnlyList<string>? HostIdentifiers { get; init; }

    public string HostInfoMetricName { get; init; } = "";
}
