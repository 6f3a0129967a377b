namespace Rubato.Ingest.Generator;

/// <summary>What <c>metrics_generator.processor.span_metrics</c> says (spec/metrics-generator.md 2).</summary>
public sealed record SpanMetricsOptions
{
    /// <summary>Upper bounds in seconds, strictly ascending.</summary>
    public ValueList<double> Buckets { get; init; } =
        [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384];

    public ValueList<string> Dimensions { get; init; } = [];

    public ValueList<DimensionMapping> Mappings { get; init; } = [];

    public ValueList<FilterPolicy> FilterPolicies { get; init; } = [];

    public bool Service { get; init; } = true;

    public bool SpanName { get; init; } = true;

    public bool SpanKind { get; init; } = true;

    public bool StatusCode { get; init; } = true;

    public bool StatusMessage { get; init; }

    public bool EnableTargetInfo { get; init; }

    public bool EnableInstanceLabel { get; init; } = true;

    public ValueList<string> TargetInfoExcluded { get; init; } = [];

    /// <summary>Attribute (a double) with the sampling ratio; empty for none.</summary>
    public string SpanMultiplierKey { get; init; } = "";

    /// <summary>Whether the sampling threshold of the span's tracestate counts, before the attribute.</summary>
    public bool EnableTracestateMultiplier { get; init; }

    /// <summary>Families that are made: calls, latency, size.</summary>
    public bool Calls { get; init; } = true;

    public bool Latency { get; init; } = true;

    public bool Size { get; init; } = true;
}
