using Rubato.Model.Scanning;
using Rubato.Storage.Caching;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Where a block's two files are read from.</summary>
internal interface IBlockSources
{
    /// <summary>Each read is a request over a network.</summary>
    bool IsFar => false;

    ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken);

    /// <summary>A part of index.bin; one that ends before is an <see cref="EndOfStreamException"/>.</summary>
    async ValueTask ReadIndexAsync(long offset, Memory<byte> into, CancellationToken cancellationToken) =>
        await new MemorySource(await ReadIndexAsync(cancellationToken)).ReadAsync(offset, into, cancellationToken);

    /// <summary>The caller disposes the source if it is disposable.</summary>
    ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken);
}

/// <summary>A folder on this machine.</summary>
internal sealed class LocalBlockSources(string folder) : IBlockSources
{
    public async ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken)
    {
        var index = await File.ReadAllBytesAsync(Path.Combine(folder, BlockKeys.Index), cancellationToken);
        ReadTally.Count(index.Length);
        return index;
    }

    /// <summary>Opened for each read: a store of ten thousand blocks must not hold as many handles.</summary>
    public ValueTask ReadIndexAsync(long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        using var file = new LocalFileSource(Path.Combine(folder, BlockKeys.Index));
        file.Read(offset, into.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken) =>
        new(new LocalFileSource(Path.Combine(folder, BlockKeys.Data)));
}

/// <summary>A folder of an object store, read by ranges.</summary>
/// <param name="store">The store.</param>
/// <param name="folder">The folder, with its slash.</param>
/// <param name="meta">Its rubato.json where that is known: one request less, for the length of data.parquet; and what index.bin may be taken from a shared cache.</param>
internal sealed class StoredBlockSources(IObjectStore store, string folder, BlockMeta? meta = null) : IBlockSources
{
    public bool IsFar => true;

    public async ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken)
    {
        var key = folder + BlockKeys.Index;
        var index = store is CachedObjectStore cached && meta is not null
            ? await cached.GetIndexAsync(key, meta.IndexChecksum, cancellationToken)
            : await store.GetAsync(key, cancellationToken);
        ReadTally.Count(index.Length);
        return index;
    }

    public ValueTask ReadIndexAsync(long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        ReadTally.Count(into.Length);
        return store.GetRangeAsync(folder + BlockKeys.Index, offset, into, cancellationToken);
    }

    public async ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken)
    {
        var key = folder + BlockKeys.Data;
        if (meta is not null) return new ObjectSource(store, key, meta.Size);
        ReadTally.Count(0);
        var info = await store.HeadAsync(key, cancellationToken) ?? throw new ObjectNotFoundException(store.Backend, key);
        return new ObjectSource(store, key, info.Length);
    }
}

/// <summary>Ranges of one object.</summary>
internal sealed class ObjectSource(IObjectStore store, string key, long length) : IRandomAccessSource
{
    public long Length => length;

    public bool CanReadSynchronously => false;

    public void Read(long offset, Span<byte> buffer) => throw new NotSupportedException("an object store is read asynchronously");

    public ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ReadTally.Count(buffer.Length);
        return store is CachedObjectStore cached
            ? cached.GetRangeAsync(key, offset, buffer, offset + buffer.Length == length ? CacheRole.Footer : CacheRole.Page, cancellationToken)
            : store.GetRangeAsync(key, offset, buffer, cancellationToken);
    }
}
