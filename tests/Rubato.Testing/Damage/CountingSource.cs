using Rubato.Storage.Parquet;

namespace Rubato.Testing.Damage;

/// <summary>
/// A file in memory that counts what is asked of it, and takes a question beyond its end as a fault of the reader: places are to be checked
/// before they are read.
/// </summary>
internal sealed class CountingSource(byte[] file) : IRandomAccessSource
{
    public long BytesRead { get; private set; }

    public int Reads { get; private set; }

    public long Length => file.Length;

    public bool CanReadSynchronously => true;

    public void Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > file.Length - buffer.Length)
            throw new InvalidOperationException($"the reader asks for {buffer.Length} bytes at {offset} of a file of {file.Length}");
        BytesRead += buffer.Length;
        Reads++;
        file.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
    }

    public ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Read(offset, buffer.Span);
        return ValueTask.CompletedTask;
    }
}
