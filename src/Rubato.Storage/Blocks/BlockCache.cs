namespace Rubato.Storage.Blocks;

/// <summary>The cache of one process: least recently used entries go when the budget is full. One lock; held for a few pointer moves.</summary>
public sealed class BlockCache(long budgetBytes) : IBlockCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    public long BudgetBytes => budgetBytes;

    public long UsedBytes { get; private set; }

    public T? Get<T>(string key)
        where T : class
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node)) return null;
            if (_byUse.First != node)
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            return node.Value.Value as T;
        }
    }

    public void Set(string key, object value, long bytes)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var old)) Drop(old);
            // What alone is larger than the budget would only push everything else out.
            if (bytes > budgetBytes) return;
            _entries.Add(key, _byUse.AddFirst(new Entry(key, value, bytes)));
            UsedBytes += bytes;
            while (UsedBytes > budgetBytes && _byUse.Last is { } last)
            {
                _entries.Remove(last.Value.Key);
                Drop(last);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        UsedBytes -= node.Value.Bytes;
    }

    private sealed record Entry(string Key, object Value, long Bytes);
}
