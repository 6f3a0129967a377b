namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>What the index holds besides the count of a column's values in one row group.</summary>
internal enum StatisticsKind : byte
{
    None = 0,

    /// <summary>Smallest and largest value, signed.</summary>
    Int64Bounds = 1,

    /// <summary>Smallest and largest value that is a number, as bits.</summary>
    DoubleBounds = 2,

    /// <summary>All distinct strings, sorted by their bytes.</summary>
    Dictionary = 3,

    /// <summary>A split-block Bloom filter of the strings, in data.parquet.</summary>
    Bloom = 4,
}

/// <summary>What the index knows of one column in one row group. A struct: a block has thousands.</summary>
internal readonly record struct ColumnStatistics(StatisticsKind Kind, int Count, long Min, long Max)
{
    /// <summary>Place of a dictionary in the blob area (kept in the bounds, which strings do not have).</summary>
    public int BlobOffset => (int)Min;

    public int BlobLength => (int)Max;

    /// <summary>Number of its filter among those of the block.</summary>
    public int Filter => (int)Min;
}
