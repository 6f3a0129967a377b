namespace Rubato.Ingest.Generator;

/// <summary>
/// What the generator does for one tenant now: the configuration with the tenant's overrides. Compared by value: a processor whose options changed begins its series anew, and all of them
/// do when <see cref="Series"/> changed or collecting begins again.
/// </summary>
public sealed record GeneratorSettings
{
    /// <summary>Null: the processor is off.</summary>
    public SpanMetricsOptions? SpanMetrics { get; init; }

    /// <summary>Null: the processor is off.</summary>
    public ServiceGraphsOptions? ServiceGraphs { get; init; }

    /// <summary>Null: the processor is off.</summary>
    public HostInfoOptions? HostInfo { get; init; }

    public SeriesOptions Series { get; init; } = new();

    public TimeSpan CollectionInterval { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan StaleDuration { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>0 stands for <see cref="SeriesRegistry.HardLimit"/>, which holds in any case.</summary>
    public int MaxActiveSeries { get; init; }

    /// <summary>Label sets; counts where <see cref="LimitsEntities"/>, and 0 stands for no limit.</summary>
    public int MaxActiveEntities { get; init; }

    /// <summary>Whether label sets are limited instead of series (<c>metrics_generator.limiter_type</c>).</summary>
    public bool LimitsEntities { get; init; }

    public TimeSpan Slack { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A dry run: series are kept and counted, nothing is sent.</summary>
    public bool DisableCollection { get; init; }

    public string TraceIdLabel { get; init; } = "traceID";

    public bool IsOn => SpanMetrics is not null || ServiceGraphs is not null || HostInfo is not null;
}
