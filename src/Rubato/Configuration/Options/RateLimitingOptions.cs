namespace Rubato.Configuration.Options;

/// <summary><c>distributor.rate_limiting</c>: a bucket of spans for each tenant, beside the byte limits.</summary>
internal sealed class RateLimitingOptions
{
    public bool Enabled { get; init; }

    /// <summary>Spans per second. Must be positive where the limit is enabled.</summary>
    [ConfigRange(0)]
    public double Rate { get; init; }

    /// <summary>Spans in a full bucket; 0 means one second's worth.</summary>
    [ConfigRange(0)]
    public long Burst { get; init; }

    [NotAKey]
    public long EffectiveBurst => Burst > 0 ? Burst : (long)Math.Ceiling(Rate);
}
