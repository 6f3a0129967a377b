namespace Rubato.Storage.Parquet;

/// <summary>Facts of one column of one row group from the footer.</summary>
internal sealed class ParquetColumnChunk
{
    /// <summary>Where its bytes lie, dictionary first: what to fetch when fetching ahead.</summary>
    public required long Offset { get; init; }

    public required int Length { get; init; }

    /// <summary>Values, nulls counted; of a repeated field also rows without children.</summary>
    public required int ValueCount { get; init; }

    public required bool HasDictionary { get; init; }

    /// <summary>Null when the file does not say.</summary>
    public int? NullCount { get; init; }

    /// <summary>Lower bound as PLAIN bytes (a prefix for byte strings); null when unknown.</summary>
    public byte[]? MinValue { get; init; }

    /// <summary>Upper bound as PLAIN bytes; null when unknown.</summary>
    public byte[]? MaxValue { get; init; }

    /// <summary>True when no row has a value, so that nothing needs reading.</summary>
    public bool IsAllNull => NullCount == ValueCount;
}
