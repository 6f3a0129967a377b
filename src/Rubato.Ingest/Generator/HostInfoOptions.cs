namespace Rubato.Ingest.Generator;

/// <summary>What <c>metrics_generator.processor.host_info</c> says (spec/metrics-generator.md 5).</summary>
public sealed record HostInfoOptions
{
    /// <summary>Attributes that name a host; the first that a resource has counts.</summary>
    public ValueList<string> Identifiers { get; init; } = ["k8s.node.name", "host.id"];

    public string Metric { get; init; } = "traces_host_info";
}
