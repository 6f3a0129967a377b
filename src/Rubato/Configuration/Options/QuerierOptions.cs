namespace Rubato.Configuration.Options;

/// <summary><c>querier</c>.</summary>
internal sealed class QuerierOptions
{
    /// <summary>Queries that run at a time.</summary>
    [ConfigRange(1, 100_000)]
    public int MaxConcurrentQueries { get; init; } = 20;

    public QuerierSearchOptions Search { get; init; } = new();

    public QuerierTraceByIdOptions TraceById { get; init; } = new();
}
