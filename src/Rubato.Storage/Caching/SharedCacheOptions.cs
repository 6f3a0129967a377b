namespace Rubato.Storage.Caching;

public sealed record SharedCacheOptions
{
    /// <summary>The label of its metrics.</summary>
    public required string Name { get; init; }

    /// <summary><c>max_item_size</c>: larger values are not stored; 0: all are.</summary>
    public long MaxItemBytes { get; init; }

    /// <summary><c>writeback_goroutines</c>: values stored at once.</summary>
    public int Writers { get; init; } = 10;

    /// <summary><c>writeback_buffer</c>: values that may wait to be stored.</summary>
    public int WriteBufferItems { get; init; } = 10_000;

    /// <summary>And their bytes: ten thousand pages could be gigabytes.</summary>
    public long WriteBufferBytes { get; init; } = 32L << 20;
}
