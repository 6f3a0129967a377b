namespace Rubato.Configuration.Options;

/// <summary><c>query_frontend.search</c>.</summary>
internal sealed class SearchOptions
{
    [ConfigRange(1, 1_000_000)]
    [NoEffectYet]
    public int ConcurrentJobs { get; init; } = 1000;

    [Bytes, ConfigRange(1)]
    [NoEffectYet]
    public long TargetBytesPerJob { get; init; } = 104_857_600;

    /// <summary>Traces in an answer when the request names no limit.</summary>
    [ConfigRange(1, int.MaxValue)]
    public int DefaultResultLimit { get; init; } = 20;

    /// <summary>Most traces that a request may ask for; 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxResultLimit { get; init; } = 262_144;

    /// <summary>Longest time range of a search; 0 means no limit.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(168);

    [ConfigRange(0, int.MaxValue)]
    public int DefaultSpansPerSpanSet { get; init; } = 3;

    /// <summary>Most spans per span set that a request may ask for; 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int MaxSpansPerSpanSet { get; init; } = 100;
}
