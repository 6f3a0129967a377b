namespace Rubato.Configuration.Options;

/// <summary><c>querier.search</c>.</summary>
internal sealed class QuerierSearchOptions
{
    /// <summary>Time for the work of a search, tag or metrics query; 0 for any. What takes longer ends with an error.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
