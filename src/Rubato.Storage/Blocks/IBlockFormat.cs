using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Blocks;

/// <summary>A version of the block format: what is in data.parquet and index.bin, and who writes and reads it.</summary>
public interface IBlockFormat
{
    /// <summary>The name in rubato.json and in <c>storage.trace.block.version</c>, for example <c>rubato1</c>.</summary>
    string Name { get; }

    bool CanRead { get; }

    bool CanWrite { get; }

    /// <summary>
    /// Writes both files from sealed batches of one tenant. Works on the caller's thread and takes about 1 us a span;
    /// memory: 40 bytes a span, and one column of one row group.
    /// </summary>
    /// <exception cref="ArgumentException">No row is taken.</exception>
    BlockFigures Write(IReadOnlyList<BatchRows> input, Stream data, Stream index, BlockWriterOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Makes one block of several of one tenant: duplicates go, the first one stays, everything else is kept. Takes about 2 us a span; memory: 130 bytes for each span of
    /// one row group, one column of it, and a byte a trace (9 while the index is written).
    /// </summary>
    /// <param name="store">Where the inputs lie.</param>
    /// <param name="folders">Their folders with the slash at the end, older blocks first.</param>
    /// <param name="data">data.parquet.</param>
    /// <param name="index">index.bin.</param>
    /// <param name="options">As for <see cref="Write"/>.</param>
    /// <param name="scratchFolder">For trace ids, and where the store is far for one or two row groups of each input; gone afterwards.</param>
    /// <param name="pace">Called now and then; may wait, so that merging takes no more of the processor than it should.</param>
    /// <param name="cancellationToken">Ends the work; what was written is then good for nothing.</param>
    /// <exception cref="Rubato.Model.Scanning.SegmentDamagedException">An input is damaged; names its folder.</exception>
    Task<BlockFigures> MergeAsync(
        IObjectStore store, IReadOnlyList<string> folders, Stream data, Stream index, BlockWriterOptions options, string scratchFolder,
        Func<CancellationToken, ValueTask> pace, CancellationToken cancellationToken);

    /// <summary>Opens nothing yet: a missing or damaged file shows at the first read.</summary>
    /// <param name="store">Where the block lies.</param>
    /// <param name="folder">Its folder with the slash at the end (<see cref="BlockKeys.Folder"/>).</param>
    /// <param name="cache">Keeps index and footer.</param>
    /// <param name="meta">Its rubato.json where that has been read: lengths that need not be asked for.</param>
    IBlock Open(IObjectStore store, string folder, IBlockCache cache, BlockMeta? meta = null);

    /// <summary>Opens a block's folder on this machine.</summary>
    IBlock OpenFolder(string path, IBlockCache cache);

    /// <summary>The bytes that index.bin must have, from data.parquet alone.</summary>
    /// <exception cref="Rubato.Model.Scanning.SegmentDamagedException">The data is missing, damaged or not ours.</exception>
    ValueTask<byte[]> RebuildIndexAsync(IObjectStore store, string folder, CancellationToken cancellationToken);

    /// <inheritdoc cref="RebuildIndexAsync"/>
    ValueTask<byte[]> RebuildIndexAsync(string path, CancellationToken cancellationToken);
}
