namespace Rubato.TraceQL.Execution.Scan;

/// <summary>The repeated rows of lists of blocks that queries asked for together, by the names of their segments: the last few lists.</summary>
internal sealed class KnownRepeats
{
    /// <summary>Tenants and time ranges that are asked about in turn.</summary>
    private const int MaxLists = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string[] Segments, Selection?[] Rows)> _lists = [];

    public Selection?[]? Find(string[] segments)
    {
        lock (_lock)
        {
            for (var node = _lists.First; node is not null; node = node.Next)
            {
                if (!segments.AsSpan().SequenceEqual(node.Value.Segments)) continue;
                _lists.Remove(node);
                _lists.AddFirst(node);
                return node.Value.Rows;
            }
        }

        return null;
    }

    /// <param name="segments">Names, in the order of the snapshot.</param>
    /// <param name="rows">Of each segment; not changed any more.</param>
    public void Add(string[] segments, Selection?[] rows)
    {
        lock (_lock)
        {
            _lists.AddFirst((segments, rows));
            if (_lists.Count > MaxLists) _lists.RemoveLast();
        }
    }
}
