namespace Rubato.Ingest.Distributor;

/// <summary>The <c>distributor</c> section.</summary>
public sealed record DistributorOptions
{
    /// <summary><c>retry_after_on_resource_exhausted</c>; 0 tells senders nothing, and OTLP clients then do not retry.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>rate_limiting</c>.</summary>
    public SpanRateOptions SpanRate { get; init; }

    /// <summary><c>log_received_spans</c>.</summary>
    public SpanLogOptions LogReceivedSpans { get; init; }

    /// <summary><c>log_discarded_spans</c>.</summary>
    public SpanLogOptions LogDiscardedSpans { get; init; }
}
