using Rubato.Ingest.Generator;

namespace Rubato.Configuration;

/// <summary>The parsed form of <c>metrics_generator</c>: the generator's own records, with what a tenant's overrides may still change.</summary>
internal sealed record GeneratorSection
{
    /// <summary>Empty: there is no generator.</summary>
    public string StoragePath { get; init; } = "";

    public long MaxLogBytes { get; init; } = 1L << 30;

    public TimeSpan FlushDeadline { get; init; } = TimeSpan.FromMinutes(1);

    public bool AddTenantHeader { get; init; } = true;

    /// <summary>Label that names the tenant; empty for none.</summary>
    public string InjectTenantAs { get; init; } = "";

    public IReadOnlyList<RemoteWriteOptions> RemoteWrite { get; init; } = [];

    /// <summary>Everything but the choice of processors and the limits of series.</summary>
    public GeneratorSettings Settings { get; init; } = new();

    public SpanMetricsOptions SpanMetrics { get; init; } = new();

    public ServiceGraphsOptions ServiceGraphs { get; init; } = new();

    public HostInfoOptions HostInfo { get; init; } = new();
}
