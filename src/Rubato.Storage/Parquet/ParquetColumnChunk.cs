using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet;

/// <summary>Facts of one column of one row group from the footer.</summary>
internal sealed class ParquetColumnChunk
{
    /// <summary>Where its bytes lie, dictionary first: what to fetch when fetching ahead.</summary>
    public required long Offset { get; init; }

    public required int Length { get; init; }

    /// <summary>Bytes of its pages before compression, as the file says: a guess of what it takes in memory, not to be relied on.</summary>
    public long UnpackedLength { get; init; }

    /// <summary>Values, nulls counted; of a repeated field also rows without children.</summary>
    public required int ValueCount { get; init; }

    public required bool HasDictionary { get; init; }

    /// <summary>Null when the file does not say.</summary>
    public int? NullCount { get; init; }

    /// <summary>Lower bound as PLAIN bytes (a prefix for byte strings); null when unknown.</summary>
    public byte[]? MinValue { get; init; }

    /// <summary>Upper bound as PLAIN bytes; null when unknown.</summary>
    public byte[]? MaxValue { get; init; }

    public required ParquetCodec Codec { get; init; }

    /// <summary>Where the first data page begins.</summary>
    public required long DataOffset { get; init; }

    public long OffsetIndexOffset { get; init; }

    /// <summary>0: the file has no offset index for this chunk.</summary>
    public int OffsetIndexLength { get; init; }

    /// <summary>Where its Bloom filter's header begins.</summary>
    public long FilterOffset { get; init; }

    /// <summary>Bytes of the Bloom filter and its header; 0: it has none.</summary>
    public int FilterLength { get; init; }

    /// <summary>True when no row has a value, so that nothing needs reading.</summary>
    public bool IsAllNull => NullCount == ValueCount;
}
