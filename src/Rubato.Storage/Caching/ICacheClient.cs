namespace Rubato.Storage.Caching;

/// <summary>A protocol to cache servers. Safe for many threads; bounded in time by its own timeout and circuit, and never the reason for an exception but the caller's cancellation.</summary>
public interface ICacheClient : IAsyncDisposable
{
    /// <summary>For messages and metrics: memcached or redis.</summary>
    string Kind { get; }

    /// <param name="maxBytes">A longer value is an error, and is not read.</param>
    ValueTask<CacheAnswer> GetAsync(string key, int maxBytes, CancellationToken cancellationToken);

    ValueTask<CacheAnswer> SetAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken);
}
