using Rubato.Storage.Wal;

namespace Rubato.Fuzz;

/// <summary>A WAL folder in memory, filled by the target.</summary>
internal sealed class FuzzWalFiles : IWalFileSystem
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> List() => [.. Files.Keys];

    public IWalFile Create(string name)
    {
        Files.Add(name, []);
        return new Entry(this, name);
    }

    public IWalFile Open(string name) => new Entry(this, name);

    public void Delete(string name) => Files.Remove(name);

    public void Copy(string from, string to) => Files.Add(to, Files[from]);

    public void SyncFolder()
    {
    }

    private sealed class Entry(FuzzWalFiles disk, string name) : IWalFile
    {
        public long Length => disk.Files[name].Length;

        public int Read(Span<byte> into, long offset)
        {
            var bytes = disk.Files[name];
            var count = (int)Math.Clamp(bytes.Length - offset, 0, into.Length);
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(into);
            return count;
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            foreach (var buffer in buffers)
            {
                var bytes = disk.Files[name];
                if (offset > bytes.Length) throw new InvalidOperationException("a write leaves a hole");
                disk.Files[name] = [.. bytes.AsSpan(0, (int)offset), .. buffer.Span];
                offset += buffer.Length;
            }
        }

        public void SetLength(long length) => disk.Files[name] = disk.Files[name][..(int)length];

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
