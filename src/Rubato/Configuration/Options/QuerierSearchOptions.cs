namespace Rubato.Configuration.Options;

/// <summary><c>querier.search</c>.</summary>
internal sealed class QuerierSearchOptions
{
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
