using Rubato.Storage.ObjectStores;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Where a block's two files are read from.</summary>
internal interface IBlockSources
{
    ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken);

    /// <summary>The caller disposes the source if it is disposable.</summary>
    ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken);
}

/// <summary>A folder on this machine.</summary>
internal sealed class LocalBlockSources(string folder) : IBlockSources
{
    public async ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken) =>
        await File.ReadAllBytesAsync(Path.Combine(folder, BlockKeys.Index), cancellationToken);

    public ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken) =>
        new(new LocalFileSource(Path.Combine(folder, BlockKeys.Data)));
}

/// <summary>A folder of an object store, read by ranges.</summary>
internal sealed class StoredBlockSources(IObjectStore store, string folder) : IBlockSources
{
    public ValueTask<byte[]> ReadIndexAsync(CancellationToken cancellationToken) => store.GetAsync(folder + BlockKeys.Index, cancellationToken);

    public async ValueTask<IRandomAccessSource> OpenDataAsync(CancellationToken cancellationToken)
    {
        var key = folder + BlockKeys.Data;
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

    public ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => store.GetRangeAsync(key, offset, buffer, cancellationToken);
}
