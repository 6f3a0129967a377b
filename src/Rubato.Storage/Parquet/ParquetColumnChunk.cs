using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet;

/// <summary>
/// Facts of one column of one row group from the footer. A struct without references, 72 bytes: a store of a thousand blocks has a million of them,
/// and what a column's values are bounded by stands in the block's own index.
/// </summary>
internal readonly struct ParquetColumnChunk
{
    private readonly int _dataStart;
    private readonly int _nulls;

    /// <summary>Where its bytes lie, dictionary first: what to fetch when fetching ahead.</summary>
    public required long Offset { get; init; }

    public required int Length { get; init; }

    /// <summary>Bytes of its pages before compression, as the file says: a guess of what it takes in memory, not to be relied on.</summary>
    public long UnpackedLength { get; init; }

    /// <summary>Values, nulls counted; of a repeated field also rows without children.</summary>
    public required int ValueCount { get; init; }

    public required bool HasDictionary { get; init; }

    /// <summary>Null when the file does not say.</summary>
    public int? NullCount
    {
        get => _nulls == 0 ? null : _nulls - 1;
        init => _nulls = value is { } nulls ? nulls + 1 : 0;
    }

    public required ParquetCodec Codec { get; init; }

    /// <summary>Where the first data page begins. Set after <see cref="Offset"/>.</summary>
    public required long DataOffset
    {
        get => Offset + _dataStart;
        init => _dataStart = checked((int)(value - Offset));
    }

    public long OffsetIndexOffset { get; init; }

    /// <summary>0: the file has no offset index for this chunk.</summary>
    public int OffsetIndexLength { get; init; }

    public long ColumnIndexOffset { get; init; }

    /// <summary>0: the file has no column index for this chunk.</summary>
    public int ColumnIndexLength { get; init; }

    /// <summary>Where its Bloom filter's header begins.</summary>
    public long FilterOffset { get; init; }

    /// <summary>Bytes of the Bloom filter and its header; 0: it has none.</summary>
    public int FilterLength { get; init; }

    /// <summary>True when no row has a value, so that nothing needs reading.</summary>
    public bool IsAllNull => NullCount == ValueCount;
}
