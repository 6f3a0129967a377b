using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Blocks;

/// <summary>
/// Writes a block and puts it into a store in the order that makes a crash harmless: data, index, and rubato.json last.
/// Before the last step the folder is rubbish that the block list sweeps; after it the block is live.
/// </summary>
public static class BlockUploader
{
    /// <param name="store">Where the block goes.</param>
    /// <param name="format">The format to write.</param>
    /// <param name="input">Rows of sealed batches of one tenant.</param>
    /// <param name="options">How row groups are cut.</param>
    /// <param name="scratchFolder">An existing folder, best on the store's disk: data.parquet is written there and moved.</param>
    /// <param name="meta">Makes rubato.json from the figures; names the block and its tenant.</param>
    /// <param name="faultPoint">Called with the name of each step that is done: written, data, index, meta. Tests crash there.</param>
    /// <param name="cancellationToken">Leaves no live block behind.</param>
    public static async Task<BlockMeta> WriteBlockAsync(
        IObjectStore store,
        IBlockFormat format,
        IReadOnlyList<BatchRows> input,
        BlockWriterOptions options,
        string scratchFolder,
        Func<BlockFigures, BlockMeta> meta,
        Action<string>? faultPoint = null,
        CancellationToken cancellationToken = default)
    {
        var path = Path.Combine(scratchFolder, Path.GetRandomFileName() + ".parquet");
        try
        {
            BlockFigures figures;
            using var index = new MemoryStream();
            using (var data = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
                figures = format.Write(input, data, index, options, cancellationToken);
            faultPoint?.Invoke("written");

            var facts = meta(figures);
            await store.PutFileAsync(BlockKeys.Of(facts.TenantId, facts.BlockId, BlockKeys.Data), path, cancellationToken);
            faultPoint?.Invoke("data");
            await store.PutAsync(BlockKeys.Of(facts.TenantId, facts.BlockId, BlockKeys.Index), index.GetBuffer().AsMemory(0, (int)index.Length), cancellationToken);
            faultPoint?.Invoke("index");
            await store.PutAsync(BlockKeys.Of(facts.TenantId, facts.BlockId, BlockKeys.Meta), facts.ToJson(), cancellationToken);
            faultPoint?.Invoke("meta");
            return facts;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
