namespace Rubato.Storage.Blocks;

/// <summary>Keeps decoded parts of blocks (indexes, footers, dictionaries) in memory under a budget. Safe for many threads.</summary>
public interface IBlockCache
{
    /// <param name="key">What it is; begins with the block's name.</param>
    T? Get<T>(string key)
        where T : class;

    /// <param name="key">What it is; begins with the block's name.</param>
    /// <param name="value">Immutable: many readers share it. What an evicted entry's users hold stays valid.</param>
    /// <param name="bytes">Memory that it holds.</param>
    void Set(string key, object value, long bytes);
}
