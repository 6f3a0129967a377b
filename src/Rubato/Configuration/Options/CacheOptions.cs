namespace Rubato.Configuration.Options;

/// <summary><c>cache</c>: caches that several processes share, by what they keep.</summary>
internal sealed class CacheOptions
{
    public BackgroundCacheOptions Background { get; init; } = new();

    public IReadOnlyList<CacheEntryOptions> Caches { get; init; } = [];
}
