namespace Rubato.Configuration.Options;

/// <summary><c>querier.search</c>.</summary>
internal sealed class QuerierSearchOptions
{
    [NoEffectYet]
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
