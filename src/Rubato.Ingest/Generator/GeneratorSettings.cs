namespace Rubato.Ingest.Generator;

/// <summary>What the generator does for one tenant now: the configuration with the tenant's overrides. Compared by value: a change starts its series anew.</summary>
public sealed record GeneratorSettings
{
    public SpanMetricsOptions? SpanMetrics { get; init; }

    public ServiceGraphsOptions? ServiceGraphs { get; init; }

    /// <summary>Attributes that name a host, when <c>host-info</c> is on.</summary>
    public IReadOnlyList<string>? HostIdentifiers { get; init; }

    public string HostInfoMetric { get; init; } = "traces_host_info";

    public TimeSpan CollectionInterval { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan StaleDuration { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>0 stands for <see cref="SeriesRegistry.HardLimit"/>.</summary>
    public int MaxActiveSeries { get; init; }

    public TimeSpan Slack { get; init; } = TimeSpan.FromSeconds(30);

    public bool DisableCollection { get; init; }

    public bool Classic { get; init; } = true;

    public bool Native { get; init; }

    public string TraceIdLabel { get; init; } = "traceID";

    public int MaxLabelNameLength { get; init; } = 1024;

    public int MaxLabelValueLength { get; init; } = 2048;

    public IReadOnlyList<KeyValuePair<string, string>> ExternalLabels { get; init; } = [];

    public bool IsOn => SpanMetrics is not null || ServiceGraphs is not null || HostIdentifiers is not null;
}
