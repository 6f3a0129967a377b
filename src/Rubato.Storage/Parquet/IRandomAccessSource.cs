namespace Rubato.Storage.Parquet;

/// <summary>
/// Bytes at offsets: a local file, or ranges of an object. Both reads fill the whole buffer or throw
/// (<see cref="EndOfStreamException"/> past the end). May be used from many threads at once.
/// </summary>
internal interface IRandomAccessSource
{
    long Length { get; }

    /// <summary>True when <see cref="Read"/> works, without blocking on a network: the local disk, memory, a cache.</summary>
    bool CanReadSynchronously { get; }

    void Read(long offset, Span<byte> buffer);

    ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
