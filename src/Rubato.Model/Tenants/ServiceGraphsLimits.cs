namespace Rubato.Model.Tenants;

/// <summary><c>metrics_generator.processor.service_graphs</c> of a tenant. Null means "not set".</summary>
public sealed record ServiceGraphsLimits
{
    /// <summary>Upper bounds in seconds, strictly ascending.</summary>
    public IReadOnlyList<double>? HistogramBuckets { get; init; }

    public IReadOnlyList<string>? Dimensions { get; init; }

    public IReadOnlyList<string>? PeerAttributes { get; init; }

    public IReadOnlyList<SpanFilterPolicy>? FilterPolicies { get; init; }

    public bool? EnableClientServerPrefix { get; init; }

    public bool? EnableMessagingSystemLatencyHistogram { get; init; }

    public bool? EnableVirtualNodeLabel { get; init; }

    public string? SpanMultiplierKey { get; init; }

    public bool? EnableTracestateSpanMultiplier { get; init; }
}
