using System.Collections.Concurrent;
using System.Globalization;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Distributor;

/// <summary>
/// How much each tenant may send: bytes a second by its limits, and spans a second where <c>distributor.rate_limiting</c> is on. Limits are asked for with every
/// request, so a changed overrides file holds at once. Bounded by the number of tenants that have sent something.
/// </summary>
internal sealed class TenantRates(ITenantLimits limits, SpanRateOptions spanRate, TimeProvider time)
{
    private readonly ConcurrentDictionary<TenantId, Buckets> _tenants = new();

    /// <summary>Healthy distributors, among which the global strategy divides the rate. One process is one.</summary>
    public int Distributors { get; set; } = 1;

    /// <returns>Null when the request may pass; else why not, in the words that Tempo's clients know.</returns>
    public string? Take(TenantId tenant, int bytes, int spans)
    {
        var limit = limits.For(tenant);
        var buckets = _tenants.GetOrAdd(tenant, static (_, t) => new Buckets(new TokenBucket(t), new TokenBucket(t)), time);
        // Spans first: tokens of one bucket are not given back when the other refuses, and spans are the rarer limit.
        if (spanRate.IsEnabled && !buckets.Spans.TryTake(spans, spanRate.Rate, spanRate.Burst))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"RATE_LIMITED: span rate limit ({spanRate.Rate} spans/s, burst: {spanRate.Burst} spans) exceeded while adding {spans} spans for user {tenant}");
        }

        var isGlobal = limit.RateStrategy == IngestionRateStrategy.Global;
        var rate = isGlobal ? (double)limit.RateLimitBytes / Math.Max(1, Distributors) : limit.RateLimitBytes;
        return buckets.Bytes.TryTake(bytes, rate, limit.BurstSizeBytes) ? null : Refusal(limit, isGlobal, rate, bytes, tenant);
    }

    private static string Refusal(TenantLimits limit, bool isGlobal, double rate, int bytes, TenantId tenant)
    {
        var global = isGlobal ? limit.RateLimitBytes : 0;
        var limitText = string.Create(CultureInfo.InvariantCulture, $"(local: {rate:0} bytes/s, global: {global} bytes/s, burst: {limit.BurstSizeBytes} bytes)");
        return bytes > limit.BurstSizeBytes
            ? string.Create(
                CultureInfo.InvariantCulture, $"RATE_LIMITED: batch size ({bytes} bytes) exceeds ingestion limit {limitText} for user {tenant}; send smaller batches")
            : string.Create(CultureInfo.InvariantCulture, $"RATE_LIMITED: ingestion rate limit {limitText} exceeded while adding {bytes} bytes for user {tenant}");
    }

    private sealed record Buckets(TokenBucket Bytes, TokenBucket Spans);
}
