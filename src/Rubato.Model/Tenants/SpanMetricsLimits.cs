namespace Rubato.Model.Tenants;

/// <summary><c>metrics_generator.processor.span_metrics</c> of a tenant. Null means "not set".</summary>
public sealed record SpanMetricsLimits
{
    /// <summary>Upper bounds in seconds, strictly ascending.</summary>
    public IReadOnlyList<double>? HistogramBuckets { get; init; }

    public IReadOnlyList<string>? Dimensions { get; init; }

    /// <summary>service, span_name, span_kind, status_code, status_message: whether each is a label.</summary>
    public IReadOnlyDictionary<string, bool>? IntrinsicDimensions { get; init; }

    public IReadOnlyList<SpanFilterPolicy>? FilterPolicies { get; init; }

    public IReadOnlyList<SpanDimensionMapping>? DimensionMappings { get; init; }

    public bool? EnableTargetInfo { get; init; }

    public IReadOnlyList<string>? TargetInfoExcludedDimensions { get; init; }

    public bool? EnableInstanceLabel { get; init; }

    public string? SpanMultiplierKey { get; init; }

    public bool? EnableTracestateSpanMultiplier { get; init; }
}
