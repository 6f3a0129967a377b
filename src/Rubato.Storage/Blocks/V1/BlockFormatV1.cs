using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Merging;
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

    public async Task<BlockFigures> MergeAsync(
        IObjectStore store, IReadOnlyList<string> folders, Stream data, Stream index, BlockWriterOptions options, string scratchFolder,
        Func<CancellationToken, ValueTask> pace, CancellationToken cancellationToken)
    {
        var inputs = new List<(string, IRandomAccessSource)>();
        try
        {
            foreach (var folder in folders)
            {
                var name = folder.TrimEnd('/');
                try
                {
                    inputs.Add((name, store.TryGetLocalPath(folder + BlockKeys.Data) is { } path
                        ? new LocalFileSource(path)
                        : new StagedSource(await new StoredBlockSources(store, folder).OpenDataAsync(cancellationToken), scratchFolder)));
                }
                catch (Exception e) when (Damage.Is(e) && !Damage.MayPass(e))
                {
                    // The description is there, the data is not.
                    throw Damage.Of(name, e);
                }
            }
        }
        catch
        {
            foreach (var (_, source) in inputs) (source as IDisposable)?.Dispose();
            throw;
        }

        return await BlockMerger.MergeAsync(inputs, data, index, options, scratchFolder, pace, cancellationToken);
    }

    public IBlock Open(IObjectStore store, string folder, IBlockCache cache, BlockMeta? meta = null) =>
        store.TryGetLocalPath(folder + BlockKeys.Data) is { } path
            ? new BlockV1(folder.TrimEnd('/'), new LocalBlockSources(Path.GetDirectoryName(path)!), cache, indexChecksum: meta?.IndexChecksum)
            : new BlockV1(folder.TrimEnd('/'), new StoredBlockSources(store, folder, meta), cache, meta?.FooterSize ?? 0, meta?.IndexChecksum);

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
