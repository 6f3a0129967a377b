namespace Rubato.Ingest.Generator;

/// <summary>What <c>metrics_generator.processor.service_graphs</c> says (spec/metrics-generator.md 3).</summary>
public sealed record ServiceGraphsOptions
{
    /// <summary>Upper bounds in seconds, strictly ascending.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];

    public IReadOnlyList<string> Dimensions { get; init; } = [];

    public IReadOnlyList<string> PeerAttributes { get; init; } = ["peer.service", "db.name", "db.system"];

    public IReadOnlyList<string> DatabaseNameAttributes { get; init; } = ["db.namespace", "db.name", "db.system"];

    public IReadOnlyList<FilterPolicy> FilterPolicies { get; init; } = [];

    /// <summary>How long one side of an edge waits for the other.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Edges that wait at a time; further ones are dropped and counted.</summary>
    public int MaxItems { get; init; } = 10_000;

    public bool EnableClientServerPrefix { get; init; }

    public bool EnableMessagingLatency { get; init; }

    public bool EnableVirtualNodeLabel { get; init; }

    public string SpanMultiplierKey { get; init; } = "";
}
