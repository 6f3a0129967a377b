using Rubato.Model.Spans;

namespace Rubato.Ingest.Generator;

/// <summary>What <c>metrics_generator.processor.service_graphs</c> says (spec/metrics-generator.md 3).</summary>
public sealed record ServiceGraphsOptions
{
    /// <summary>Upper bounds in seconds, strictly ascending.</summary>
    public ValueList<double> Buckets { get; init; } = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];

    public ValueList<string> Dimensions { get; init; } = [];

    public ValueList<string> PeerAttributes { get; init; } = ["peer.service", "db.name", "db.system"];

    public ValueList<string> DatabaseNameAttributes { get; init; } = [.. CalledDatabase.Keys];

    public ValueList<FilterPolicy> FilterPolicies { get; init; } = [];

    /// <summary>How long one side of an edge waits for the other.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Edges that wait at a time; further ones are dropped and counted.</summary>
    public int MaxItems { get; init; } = 10_000;

    public bool EnableClientServerPrefix { get; init; }

    public bool EnableMessagingLatency { get; init; }

    public bool EnableVirtualNodeLabel { get; init; }

    /// <summary>Attribute (a double) with the sampling ratio; empty for none.</summary>
    public string SpanMultiplierKey { get; init; } = "";

    /// <summary>Whether the sampling threshold of the span's tracestate counts, before the attribute.</summary>
    public bool EnableTracestateMultiplier { get; init; }
}
