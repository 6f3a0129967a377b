using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Blocks.V1.Writing;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1;

/// <summary><c>rubato1</c>: docs/formats/block-v1.md.</summary>
internal sealed class BlockFormatV1 : IBlockFormat
{
    public string Name => BlockSchema.Version;

    public bool CanRead => true;

    public bool CanWrite => true;

    public BlockFigures Write(IReadOnlyList<BatchRows> input, Stream data, Stream index, BlockWriterOptions options, CancellationToken cancellationToken) =>
        BlockWriterV1.Write(input, data, index, options, cancellationToken);

    public IBlock Open(IObjectStore store, string folder, IBlockCache cache) =>
        store.TryGetLocalPath(folder + BlockKeys.Data) is { } path
            ? new BlockV1(folder.TrimEnd('/'), new LocalBlockSources(Path.GetDirectoryName(path)!), cache)
            : new BlockV1(folder.TrimEnd('/'), new StoredBlockSources(store, folder), cache);

    public IBlock OpenFolder(string path, IBlockCache cache) => new BlockV1(path, new LocalBlockSources(path), cache);

    public ValueTask<byte[]> RebuildIndexAsync(IObjectStore store, string folder, CancellationToken cancellationToken) =>
        RebuildAsync(folder, new StoredBlockSources(store, folder), cancellationToken);

    public ValueTask<byte[]> RebuildIndexAsync(string path, CancellationToken cancellationToken) =>
        RebuildAsync(path, new LocalBlockSources(path), cancellationToken);

    private static async ValueTask<byte[]> RebuildAsync(string name, IBlockSources sources, CancellationToken cancellationToken)
    {
        try
        {
            var source = await sources.OpenDataAsync(cancellationToken);
            using (source as IDisposable)
            {
                var file = await ParquetFileReader.OpenAsync(source, cancellationToken: cancellationToken);
                return await BlockIndexRebuilder.RebuildAsync(file, cancellationToken);
            }
        }
        catch (Exception e) when (Damage.Is(e))
        {
            throw Damage.Of(name, e);
        }
    }
}
