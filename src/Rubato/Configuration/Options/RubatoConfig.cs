using Rubato.Configuration.Options;

namespace Rubato.Configuration;

/// <summary>
/// The effective configuration: defaults, then the file, then flags. Frozen once loaded; only the per-tenant limits
/// change while the process runs. Each property is a key of the file, in snake case.
/// </summary>
/// <remarks>
/// Only what this version uses is here. The many other keys of a Tempo file are described by <c>AcceptedKeys.txt</c>:
/// read, checked, echoed by <c>/status/config</c>, and warned about.
/// </remarks>
internal sealed class RubatoConfig
{
    /// <summary>The roles that this process plays.</summary>
    [OneOf("all", "scalable-single-binary", "distributor", "ingester", "metrics-generator", "metrics-generator-no-local-blocks",
        "query-frontend", "querier", "compactor", "block-builder", "live-store", "backend-scheduler", "backend-worker")]
    public string Target { get; init; } = "all";

    /// <summary>Whether each request must name its tenant in <c>X-Scope-OrgID</c>.</summary>
    public bool MultitenancyEnabled { get; init; }

    /// <summary>Serve the streaming query API on the HTTP port too (Grafana's streaming needs it).</summary>
    public bool StreamOverHttpEnabled { get; init; }

    /// <summary>Put before <c>/api/...</c> routes; empty, or begins with <c>/</c>.</summary>
    public string HttpApiPrefix { get; init; } = "";

    /// <summary>How long <c>/ready</c> answers 503 before the process begins to stop.</summary>
    public TimeSpan ShutdownDelay { get; init; }

    public ServerOptions Server { get; init; } = new();

    public DistributorOptions Distributor { get; init; } = new();

    public IngesterOptions Ingester { get; init; } = new();

    public StorageOptions Storage { get; init; } = new();

    public CacheOptions Cache { get; init; } = new();

    public CompactorOptions Compactor { get; init; } = new();

    public QuerierOptions Querier { get; init; } = new();

    public QueryFrontendOptions QueryFrontend { get; init; } = new();

    public OverridesOptions Overrides { get; init; } = new();

    /// <summary><c>metrics_generator</c>, read by <see cref="GeneratorBinder"/>.</summary>
    [NotAKey]
    public GeneratorSection Generator { get; internal set; } = new();
}
