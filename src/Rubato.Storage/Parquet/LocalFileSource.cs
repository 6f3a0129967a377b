using Microsoft.Win32.SafeHandles;
using Rubato.Model.Scanning;

namespace Rubato.Storage.Parquet;

/// <summary>A file on the local disk. Reads are positional, so one handle serves every thread.</summary>
internal sealed class LocalFileSource : IRandomAccessSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    public LocalFileSource(string path)
    {
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        Length = RandomAccess.GetLength(_handle);
    }

    public long Length { get; }

    public bool CanReadSynchronously => true;

    public void Read(long offset, Span<byte> buffer)
    {
        ReadTally.Count(buffer.Length);
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(_handle, buffer, offset);
            if (read == 0)
                throw new EndOfStreamException($"The file ends before offset {offset + buffer.Length} (length at open: {Length}).");
            offset += read;
            buffer = buffer[read..];
        }
    }

    public ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Read(offset, buffer.Span);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _handle.Dispose();
}
