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

    /// <summary>Pages this close together are read at once on this machine, where a request costs about as much as copying this.</summary>
    public int LocalGapBytes { get; init; } = 8 << 10;

    /// <summary>As above over a network: 30 ms of waiting are worth reading megabytes, but requests run side by side.</summary>
    public int RemoteGapBytes { get; init; } = 256 << 10;

    /// <summary>The longest range that joining makes.</summary>
    public int MaxJoinedBytes { get; init; } = 8 << 20;

    /// <summary>What a scan of a whole column reads at once on this machine: small enough to be found in the processor's cache again.</summary>
    public int LocalWindowBytes { get; init; } = 256 << 10;

    /// <summary>Requests under way at the same time for one step of a query.</summary>
    public int MaxRequests { get; init; } = 16;

    public static ParquetReaderOptions Default { get; } = new();
}
