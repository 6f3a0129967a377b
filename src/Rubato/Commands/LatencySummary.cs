namespace Rubato.Commands;

/// <summary>Percentiles in milliseconds, as the commands print them.</summary>
internal sealed record LatencySummary(double P50, double P90, double P99, double Max)
{
    public LatencySummary(LatencyHistogram latencies)
        : this(Millis(latencies.Percentile(0.5)), Millis(latencies.Percentile(0.9)), Millis(latencies.Percentile(0.99)), Millis(latencies.Max))
    {
    }

    private static double Millis(TimeSpan latency) => Math.Round(latency.TotalMilliseconds, 3);
}
