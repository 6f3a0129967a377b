namespace Rubato.Storage.Blocks;

/// <summary>Keeps decoded parts of blocks (indexes, footers, dictionaries, pages) in memory under one budget. Safe for many threads.</summary>
public interface IBlockCache
{
    T? Get<T>(BlockCacheKey key)
        where T : class;

    /// <param name="key">What it is.</param>
    /// <param name="value">Immutable: many readers share it. What an evicted entry's users hold stays valid.</param>
    /// <param name="bytes">Memory that it holds.</param>
    void Set(BlockCacheKey key, object value, long bytes);

    /// <summary>
    /// Keeps it only where nothing of its kind has to go for it: for what is asked for in a circle (the tables of all blocks, for each look-up), where the
    /// least recently used is the very next to be needed. False: not kept.
    /// </summary>
    bool TrySetInShare(BlockCacheKey key, object value, long bytes);

    /// <summary>Whether <see cref="TrySetIfRoom"/> would keep something of this size; another may take the room first.</summary>
    bool HasRoom(long bytes);

    /// <summary>Keeps it only where nothing has to go for it, and as the first to go: for what a scan reads in passing. False: not kept.</summary>
    bool TrySetIfRoom(BlockCacheKey key, object value, long bytes);
}
