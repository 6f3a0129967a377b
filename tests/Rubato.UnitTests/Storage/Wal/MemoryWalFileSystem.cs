using System.Runtime.InteropServices;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

/// <summary>
/// A disk with faults. Model: a write reaches the page cache; a file's sync makes its bytes durable, the folder's sync its
/// names. A crash keeps what is durable and, of the rest, a random prefix of each file's new bytes, any of the new names, and all but the last few deletions.
/// </summary>
internal sealed class MemoryWalFileSystem : IWalFileSystem
{
    private const int NoSpace = 28;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Node> _files = [];
    private HashSet<string> _durableNames = [];
    private readonly List<(string Name, Node Node)> _deleted = [];
    private int _operations;

    /// <summary>Bytes that still fit; a write beyond stores what fits and fails.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>From this operation on everything fails: the power is gone.</summary>
    public int CrashAtOperation { get; set; } = int.MaxValue;

    public int FailSyncs { get; set; }

    public bool FailSetLength { get; set; }

    public int Syncs { get; private set; }

    /// <summary>Runs inside every file sync, outside the lock: holds the writer thread where a test wants it.</summary>
    public Action OnSync { get; set; } = () => { };

    public bool Crashed => _operations > CrashAtOperation;

    public IReadOnlyList<string> List()
    {
        lock (_gate)
            return [.. _files.Keys];
    }

    public IReadOnlyList<string> Segments => [.. List().Where(name => name.EndsWith(".wal", StringComparison.Ordinal)).Order()];

    public byte[] this[string name]
    {
        get
        {
            lock (_gate)
                return [.. _files[name].Bytes];
        }
        set
        {
            lock (_gate)
                _files[name] = new Node { Bytes = [.. value], Durable = value };
        }
    }

    public IWalFile Create(string name)
    {
        lock (_gate)
        {
            Step();
            if (FreeBytes <= 0)
                throw new IOException("No space left on device", NoSpace);
            var node = new Node();
            if (!_files.TryAdd(name, node))
                throw new IOException($"{name} exists");
            return new File(this, node);
        }
    }

    public IWalFile Open(string name)
    {
        lock (_gate)
            return new File(this, _files[name]);
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            Step();
            if (_files.Remove(name, out var node))
                _deleted.Add((name, node));
        }
    }

    public void Copy(string from, string to)
    {
        lock (_gate)
        {
            Step();
            _files.Add(to, new Node { Bytes = [.. _files[from].Bytes] });
        }
    }

    public void SyncFolder()
    {
        lock (_gate)
        {
            Step();
            _durableNames = [.. _files.Keys];
            _deleted.Clear();
        }
    }

    /// <summary>What the next start finds.</summary>
    public MemoryWalFileSystem AfterPowerCut(Random random)
    {
        lock (_gate)
        {
            var after = new MemoryWalFileSystem();
            foreach (var (name, node) in _files)
            {
                if (_durableNames.Contains(name) || random.Next(2) == 0)
                    after._files[name] = node.AfterPowerCut(random);
            }

            // A journal keeps the order of deletions: the last few may be undone.
            foreach (var (name, node) in _deleted.Skip(random.Next(_deleted.Count + 1)))
            {
                if (_durableNames.Contains(name))
                    after._files[name] = node.AfterPowerCut(random);
            }

            after._durableNames = [.. after._files.Keys];
            return after;
        }
    }

    private void Step()
    {
        if (_operations++ >= CrashAtOperation)
        {
            _operations = CrashAtOperation + 1;
            throw new IOException("the power is gone");
        }
    }

    private sealed class Node
    {
        public List<byte> Bytes { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public Node AfterPowerCut(Random random)
        {
            // Durable bytes that were cut off since may be back; new bytes may be there up to any point.
            var common = 0;
            while (common < Durable.Length && common < Bytes.Count && Durable[common] == Bytes[common])
                common++;
            var kept = common < Durable.Length ? Durable : [.. Bytes.Take(Durable.Length + random.Next(Bytes.Count - Durable.Length + 1))];
            return new Node { Bytes = [.. kept], Durable = kept };
        }
    }

    private sealed class File(MemoryWalFileSystem disk, Node node) : IWalFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate)
                    return node.Bytes.Count;
            }
        }

        public int Read(Span<byte> into, long offset)
        {
            lock (disk._gate)
            {
                var count = (int)Math.Max(0, Math.Min(into.Length, node.Bytes.Count - offset));
                if (count > 0)
                    CollectionsMarshal.AsSpan(node.Bytes).Slice((int)offset, count).CopyTo(into);
                return count;
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            lock (disk._gate)
            {
                disk.Step();
                foreach (var buffer in buffers)
                {
                    Assert.True(offset <= node.Bytes.Count, "the log never leaves a hole");
                    var fits = (int)Math.Min(buffer.Length, disk.FreeBytes);
                    var overwritten = (int)Math.Min(fits, node.Bytes.Count - offset);
                    node.Bytes.RemoveRange((int)offset, overwritten);
                    node.Bytes.InsertRange((int)offset, buffer[..fits].ToArray());
                    disk.FreeBytes -= fits;
                    offset += fits;
                    if (fits < buffer.Length)
                        throw new IOException("No space left on device", NoSpace);
                }
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                disk.Step();
                if (disk.FailSetLength)
                    throw new IOException("truncation failed");
                if (length < node.Bytes.Count)
                {
                    disk.FreeBytes += disk.FreeBytes == long.MaxValue ? 0 : node.Bytes.Count - length;
                    node.Bytes.RemoveRange((int)length, node.Bytes.Count - (int)length);
                }
            }
        }

        public void Sync()
        {
            disk.OnSync();
            lock (disk._gate)
            {
                disk.Step();
                if (disk.FailSyncs > 0)
                {
                    disk.FailSyncs--;
                    throw new IOException("Input/output error", 5);
                }

                disk.Syncs++;
                node.Durable = [.. node.Bytes];
            }
        }

        public void Dispose()
        {
        }
    }
}
