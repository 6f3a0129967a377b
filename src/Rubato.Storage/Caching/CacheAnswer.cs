namespace Rubato.Storage.Caching;

public enum CacheStatus
{
    Hit,
    Miss,
    Stored,

    /// <summary>The server refused it, answered what is no answer, or cannot be reached.</summary>
    Error,

    /// <summary>No answer within the cache's timeout.</summary>
    Timeout,

    /// <summary>Not asked: it failed too often just before.</summary>
    Open,

    /// <summary>Something else than what was stored under the key came back.</summary>
    Damaged,
}

/// <summary>What a cache said. Whatever it is, the caller goes on: a cache only makes things faster.</summary>
/// <param name="Value">Of a hit.</param>
public readonly record struct CacheAnswer(CacheStatus Status, byte[]? Value = null);
