namespace Rubato.Ingest.Distributor;

/// <summary><c>distributor.rate_limiting</c>: a bucket of spans for each tenant in this process.</summary>
/// <param name="IsEnabled"><c>enabled</c>.</param>
/// <param name="Rate">Spans a second.</param>
/// <param name="Burst">Spans at once.</param>
public readonly record struct SpanRateOptions(bool IsEnabled, double Rate, long Burst);
