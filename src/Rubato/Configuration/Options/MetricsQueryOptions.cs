namespace Rubato.Configuration.Options;

/// <summary><c>query_frontend.metrics</c>.</summary>
internal sealed class MetricsQueryOptions
{
    [ConfigRange(1, 1_000_000)]
    [NoEffectYet]
    public int ConcurrentJobs { get; init; } = 1000;

    [Bytes, ConfigRange(1)]
    [NoEffectYet]
    public long TargetBytesPerJob { get; init; } = 104_857_600;

    /// <summary>Longest time range of a metrics query; 0 means no limit.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most exemplars in an answer; 0 means none.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxExemplars { get; init; } = 100;

    /// <summary>Most steps in a range query; 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxIntervals { get; init; } = 10_000;

    /// <summary>Most series in an answer, which is cut and says so; 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxResponseSeries { get; init; }
}
