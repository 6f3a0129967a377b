namespace Rubato.Ingest.Generator;

/// <summary>What <c>native_histogram_*</c> of the overrides says (spec/metrics-generator.md 8).</summary>
public sealed record NativeHistogramOptions
{
    /// <summary>The most that a bucket may be wider than the one before it; more than 1.</summary>
    public double BucketFactor { get; init; } = 1.1;

    /// <summary>With more buckets than these the resolution is halved; 0 for no limit: a duration has at most 64 doublings, so 16,384 of the finest.</summary>
    public int MaxBuckets { get; init; } = 100;

    /// <summary>A histogram whose resolution was halved has its full one again after this time, and counts from 0; 0 for never.</summary>
    public TimeSpan MinReset { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The coarsest of Prometheus' schemas (2^(2^-schema) from bucket to bucket, -4 to 8) that is as fine as the factor asks.</summary>
    public int Schema => Math.Clamp(-(int)Math.Floor(Math.Log2(Math.Log2(BucketFactor))), -4, 8);
}
