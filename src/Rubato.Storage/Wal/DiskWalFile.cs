using Microsoft.Win32.SafeHandles;

namespace Rubato.Storage.Wal;

/// <summary>
/// Appends without preallocation: on ext4 an fsync of 16 KiB took 321 us growing, 242 us in fallocated and 149 us in
/// zeroed space, and zeroing writes everything twice. Group commit makes the difference vanish.
/// </summary>
internal sealed class DiskWalFile(string path, FileMode mode) : IWalFile
{
    private readonly SafeFileHandle _handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> into, long offset)
    {
        var total = 0;
        while (total < into.Length)
        {
            var read = RandomAccess.Read(_handle, into[total..], offset + total);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => RandomAccess.Write(_handle, buffers, offset);

    public void SetLength(long length) => RandomAccess.SetLength(_handle, length);

    public void Sync() => DurableFiles.Sync(_handle, path);

    public void Dispose() => _handle.Dispose();
}
