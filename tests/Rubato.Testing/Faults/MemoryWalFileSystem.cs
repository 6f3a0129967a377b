using System.Runtime.InteropServices;
using Rubato.Storage.Wal;

namespace Rubato.Testing.Faults;

/// <summary>
/// A disk with faults for the write-ahead log. The fault model:
/// <code>
///   write        reaches the page cache; a file's sync makes its bytes durable, the folder's sync its names
///   short write  a prefix of the bytes is stored, then the call fails (full disk, or <see cref="OnOperation"/>)
///   failed sync  what the file gained since its last good sync never becomes durable, whatever later syncs say (as Linux does)
///   kill         the page cache survives: <see cref="AfterKill"/>
///   power cut    keeps what is durable and, of the rest, a random prefix of each file's new bytes, any of the new names,
///                and all but the last few deletions: <see cref="AfterPowerCut"/>
/// </code>
/// Not modelled: a disk that acknowledges a sync and forgets, bytes that rot (the damage tests do that), reordered deletions.
/// </summary>
internal sealed class MemoryWalFileSystem : IWalFileSystem
{
    private const int NoSpace = 28;
    private const int InputOutputError = 5;

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

    /// <summary>
    /// Asked before each operation (its name: create, delete, copy, sync-folder, read, write, set-length, sync). Null: it works.
    /// Otherwise it fails, a write after this share (0 to 1) of its bytes, a sync after it took effect when the share is 1.
    /// May throw instead. Called within the disk's lock, by the writer thread and by whoever replays.
    /// </summary>
    public Func<string, double?> OnOperation { get; set; } = _ => null;

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
            Step("create");
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
            Step("delete");
            if (_files.Remove(name, out var node))
                _deleted.Add((name, node));
        }
    }

    public void Copy(string from, string to)
    {
        lock (_gate)
        {
            Step("copy");
            _files.Add(to, new Node { Bytes = [.. _files[from].Bytes] });
        }
    }

    public void SyncFolder()
    {
        lock (_gate)
        {
            Step("sync-folder");
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

    /// <summary>What the next start finds when only the process died: every byte, and still nothing more durable than before.</summary>
    public MemoryWalFileSystem AfterKill()
    {
        lock (_gate)
        {
            var after = new MemoryWalFileSystem { FreeBytes = FreeBytes, _durableNames = [.. _durableNames] };
            foreach (var (name, node) in _files)
                after._files[name] = node.Copy();
            after._deleted.AddRange(_deleted.Select(gone => (gone.Name, gone.Node.Copy())));
            return after;
        }
    }

    private void Step(string operation)
    {
        CountOperation();
        if (OnOperation(operation) is not null)
            throw Fails(operation);
    }

    private void CountOperation()
    {
        if (_operations++ >= CrashAtOperation)
        {
            _operations = CrashAtOperation + 1;
            throw new IOException("the power is gone");
        }
    }

    private static IOException Fails(string operation) => new($"Input/output error ({operation})", InputOutputError);

    private sealed class Node
    {
        public List<byte> Bytes { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        /// <summary>A sync failed: the kernel dropped the pages and says so only once.</summary>
        public bool IsPoisoned { get; set; }

        public Node Copy() => new() { Bytes = [.. Bytes], Durable = Durable, IsPoisoned = IsPoisoned };

        public Node AfterPowerCut(Random random)
        {
            // Durable bytes that were cut off since may be back; new bytes may be there up to any point.
            if (IsPoisoned)
                return new Node { Bytes = [.. Durable], Durable = Durable };
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
                if (disk.OnOperation("read") is not null)
                    throw Fails("read");
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
                disk.CountOperation();
                var share = disk.OnOperation("write");
                var stored = share is { } s ? (long)(s * buffers.Sum(buffer => (long)buffer.Length)) : long.MaxValue;
                foreach (var buffer in buffers)
                {
                    if (offset > node.Bytes.Count)
                        throw new InvalidOperationException("the log never leaves a hole");
                    var fits = (int)Math.Min(buffer.Length, Math.Min(stored, disk.FreeBytes));
                    stored -= stored == long.MaxValue ? 0 : fits;
                    var overwritten = (int)Math.Min(fits, node.Bytes.Count - offset);
                    node.Bytes.RemoveRange((int)offset, overwritten);
                    node.Bytes.InsertRange((int)offset, buffer[..fits].ToArray());
                    disk.FreeBytes -= fits;
                    offset += fits;
                    if (fits < buffer.Length)
                        throw share is null ? new IOException("No space left on device", NoSpace) : Fails("write");
                }

                if (share is not null)
                    throw Fails("write");
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                disk.Step("set-length");
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
                disk.CountOperation();
                var fault = disk.OnOperation("sync");
                if (fault is not null && fault < 1)
                {
                    node.IsPoisoned = true;
                    throw Fails("sync");
                }

                if (disk.FailSyncs > 0)
                {
                    disk.FailSyncs--;
                    throw new IOException("Input/output error", InputOutputError);
                }

                disk.Syncs++;
                if (!node.IsPoisoned)
                    node.Durable = [.. node.Bytes];
                if (fault is not null)
                    throw Fails("sync");
            }
        }

        public void Dispose()
        {
        }
    }
}
