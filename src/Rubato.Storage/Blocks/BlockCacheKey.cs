namespace Rubato.Storage.Blocks;

/// <summary>What of a block a cache entry is. Those of a kind come and go together under pressure (<see cref="BlockCache"/>).</summary>
public enum BlockPart : byte
{
    /// <summary>The index, parsed.</summary>
    Index,

    /// <summary>The table of trace ids.</summary>
    TraceTable,

    /// <summary>What stands for the table of trace ids where that has no room.</summary>
    TraceDirectory,

    /// <summary>Footer and page places.</summary>
    Footer,

    /// <summary>The dictionary of a column chunk.</summary>
    Dictionary,

    /// <summary>A Bloom filter of a column chunk.</summary>
    Filter,

    /// <summary>The bounds of the pages of a row group.</summary>
    Bounds,

    /// <summary>The span rows of all events or links of a row group.</summary>
    Parents,

    /// <summary>The id of each trace of a row group.</summary>
    Traces,

    /// <summary>When each trace of a row group begins.</summary>
    TraceTimes,

    /// <summary>An unpacked data page.</summary>
    Page,
}

/// <param name="Block">The block's name.</param>
/// <param name="Part">What of it.</param>
/// <param name="RowGroup">Of which row group.</param>
/// <param name="Column">Of which column.</param>
/// <param name="Page">Which page.</param>
public readonly record struct BlockCacheKey(string Block, BlockPart Part, int RowGroup = 0, int Column = 0, int Page = 0)
{
    public bool Equals(BlockCacheKey other) =>
        Part == other.Part && RowGroup == other.RowGroup && Column == other.Column && Page == other.Page && Block == other.Block;

    public override int GetHashCode() => HashCode.Combine(Block, (int)Part | (RowGroup << 4), Column, Page);
}
