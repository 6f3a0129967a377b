namespace Rubato.Storage.Parquet;

/// <summary>A whole file in memory.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> file) : IRandomAccessSource
{
    public long Length => file.Length;

    public bool CanReadSynchronously => true;

    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > file.Length - buffer.Length)
            throw new EndOfStreamException($"No {buffer.Length} bytes at offset {offset} of {file.Length}.");
        file.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
    }

    public ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Read(offset, buffer.Span);
        return ValueTask.CompletedTask;
    }
}
