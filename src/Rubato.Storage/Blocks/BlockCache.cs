namespace Rubato.Storage.Blocks;

/// <summary>
/// The cache of one process. Two groups share the budget: data pages, and everything that says where to look (indexes, footers, dictionaries,
/// filters). Each is sure of half; what one does not use the other may, and gives back when it is needed. Within a group the least recently
/// used goes first. So a scan that reads gigabytes of pages cannot throw out the dictionaries, nor the other way round. Directories of traces go last
/// of the second group as long as they take less than a quarter of the budget: each stands for an index that would be read whole again, and while a
/// block's table is here nobody asks for its directory.
/// One lock; held for a few pointer moves.
/// </summary>
public sealed class BlockCache(long budgetBytes) : IBlockCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlockCacheKey, LinkedListNode<Entry>> _entries = [];
    private readonly Group _pages = new();
    private readonly Group _others = new();
    private readonly Group _directories = new();
    private readonly BlockCacheFigures[] _figures = new BlockCacheFigures[Enum.GetValues<BlockPart>().Length];

    public long BudgetBytes => budgetBytes;

    public long UsedBytes
    {
        get
        {
            lock (_lock) return Used;
        }
    }

    private long Used => _pages.Bytes + _others.Bytes + _directories.Bytes;

    public BlockCacheFigures Figures(BlockPart part)
    {
        lock (_lock) return _figures[(int)part];
    }

    public T? Get<T>(BlockCacheKey key)
        where T : class
    {
        lock (_lock)
        {
            ref var figures = ref _figures[(int)key.Part];
            if (!_entries.TryGetValue(key, out var node))
            {
                figures = figures with { Misses = figures.Misses + 1 };
                return null;
            }

            figures = figures with { Hits = figures.Hits + 1 };
            GroupOf(key).Touch(node);
            return node.Value.Value as T;
        }
    }

    public void Set(BlockCacheKey key, object value, long bytes)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var old)) Drop(old);
            // What alone is larger than the budget would only push everything else out.
            if (bytes > budgetBytes) return;
            _entries.Add(key, GroupOf(key).AddFirst(new Entry(key, value, bytes)));
            Count(key.Part, bytes);
            while (Used > budgetBytes) Evict();
        }
    }

    public bool TrySetInShare(BlockCacheKey key, object value, long bytes)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey(key)) return true;
            var share = key.Part == BlockPart.Page ? _pages.Bytes : _others.Bytes + _directories.Bytes;
            if (share + bytes > budgetBytes / 2 && Used + bytes > budgetBytes) return false;
            _entries.Add(key, GroupOf(key).AddFirst(new Entry(key, value, bytes)));
            Count(key.Part, bytes);
            while (Used > budgetBytes) Evict();
            return true;
        }
    }

    public bool HasRoom(long bytes) => UsedBytes + bytes <= budgetBytes;

    public bool TrySetIfRoom(BlockCacheKey key, object value, long bytes)
    {
        lock (_lock)
        {
            if (Used + bytes > budgetBytes || _entries.ContainsKey(key)) return false;
            _entries.Add(key, GroupOf(key).AddLast(new Entry(key, value, bytes)));
            Count(key.Part, bytes);
            return true;
        }
    }

    // Over the budget at least one half is over its share. The entry just added goes last of its group.
    private void Evict()
    {
        var group = _pages.Bytes > budgetBytes / 2 ? _pages
            : _others.Last is null || _directories.Bytes > budgetBytes / 4 ? _directories
            : _others;
        var last = group.Last!;
        _entries.Remove(last.Value.Key);
        Drop(last);
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        GroupOf(node.Value.Key).Drop(node);
        Count(node.Value.Key.Part, -node.Value.Bytes);
    }

    private void Count(BlockPart part, long bytes) => _figures[(int)part] = _figures[(int)part] with { Bytes = _figures[(int)part].Bytes + bytes };

    private Group GroupOf(BlockCacheKey key) => key.Part switch
    {
        BlockPart.Page => _pages,
        BlockPart.TraceDirectory => _directories,
        _ => _others,
    };

    private sealed record Entry(BlockCacheKey Key, object Value, long Bytes);

    private sealed class Group
    {
        private readonly LinkedList<Entry> _byUse = new();

        public long Bytes { get; private set; }

        public LinkedListNode<Entry>? Last => _byUse.Last;

        public LinkedListNode<Entry> AddFirst(Entry entry)
        {
            Bytes += entry.Bytes;
            return _byUse.AddFirst(entry);
        }

        public LinkedListNode<Entry> AddLast(Entry entry)
        {
            Bytes += entry.Bytes;
            return _byUse.AddLast(entry);
        }

        public void Touch(LinkedListNode<Entry> node)
        {
            if (_byUse.First == node) return;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }

        public void Drop(LinkedListNode<Entry> node)
        {
            _byUse.Remove(node);
            Bytes -= node.Value.Bytes;
        }
    }
}
