namespace Rubato.Storage.Parquet;

/// <summary>What a file may demand of us. A few damaged bytes must not cost gigabytes.</summary>
internal sealed record ParquetReaderOptions
{
    public int MaxFooterBytes { get; init; } = 256 << 20;
    public int MaxRowsPerRowGroup { get; init; } = 16 << 20;

    /// <summary>Values of one repeated column in one row group, nulls counted.</summary>
    public int MaxValuesPerChunk { get; init; } = 32 << 20;

    /// <summary>A page after decompression.</summary>
    public int MaxPageBytes { get; init; } = 512 << 20;

    /// <summary>Bytes read from the end at open, in the hope that they hold the whole footer: one request instead of two.</summary>
    public int TailReadBytes { get; init; } = 128 << 10;

    public static ParquetReaderOptions Default { get; } = new();
}
