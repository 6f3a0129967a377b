using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Caching;

/// <summary>
/// Reads parts of blocks from shared caches and, where these do not have them, from the store, and leaves them in the cache. Blocks never change, so nothing is ever
/// taken back. Everything that is not a part of a block goes straight to the store.
/// </summary>
/// <param name="caches">Which cache each role has; roles without one are not cached.</param>
public sealed class CachedObjectStore(IObjectStore inner, IReadOnlyDictionary<CacheRole, SharedCache> caches) : IObjectStore
{
    /// <summary>Larger ones are read from the store alone.</summary>
    private const int MaxValueBytes = 64 << 20;

    public string Backend => inner.Backend;

    public string? TryGetLocalPath(string key) => inner.TryGetLocalPath(key);

    public ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

    /// <summary>The index.bin that a block's rubato.json names. Kept under its checksum: a rebuilt one has the same name, and must be seen at once.</summary>
    public async ValueTask<byte[]> GetIndexAsync(string key, string checksum, CancellationToken cancellationToken)
    {
        if (!caches.TryGetValue(CacheRole.Index, out var cache))
            return await inner.GetAsync(key, cancellationToken);
        if (await cache.GetAsync(CacheRole.Index, CacheKey.Of(key, checksum), MaxValueBytes, cancellationToken) is { } cached)
            return cached;
        var bytes = await inner.GetAsync(key, cancellationToken);
        SetIndex(cache, key, bytes);
        return bytes;
    }

    /// <summary>A range whose part of the block nobody names is a page. Ranges of the index are not kept: a rebuilt one has the same name.</summary>
    public ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default) =>
        GetRangeAsync(key, offset, into, CacheRole.Page, cancellationToken);

    /// <summary>As <see cref="IObjectStore.GetRangeAsync"/>, by somebody who knows what part of the block it is.</summary>
    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CacheRole role, CancellationToken cancellationToken)
    {
        if (into.Length is 0 or > MaxValueBytes || !NameOf(key).SequenceEqual(BlockKeys.Data) || !caches.TryGetValue(role, out var cache))
        {
            await inner.GetRangeAsync(key, offset, into, cancellationToken);
            return;
        }

        var cacheKey = CacheKey.Of(key, offset, into.Length);
        if (await cache.TryGetAsync(role, cacheKey, into, cancellationToken))
            return;
        await inner.GetRangeAsync(key, offset, into, cancellationToken);
        cache.Set(cacheKey, into.Span);
    }

    public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default) => inner.HeadAsync(key, cancellationToken);

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        await inner.PutAsync(key, content, cancellationToken);
        // A new block's index is asked for by the next query.
        if (caches.TryGetValue(CacheRole.Index, out var cache) && NameOf(key).SequenceEqual(BlockKeys.Index))
            SetIndex(cache, key, content.Span);
    }

    public ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default) => inner.PutFileAsync(key, path, cancellationToken);

    public ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.TryCreateAsync(key, content, cancellationToken);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListFoldersAsync(prefix, cancellationToken);

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);

    private static void SetIndex(SharedCache cache, string key, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MaxValueBytes)
            cache.Set(CacheKey.Of(key, BlockMeta.ChecksumOf(bytes)), bytes);
    }

    private static ReadOnlySpan<char> NameOf(string key) => key.AsSpan(key.LastIndexOf('/') + 1);
}
