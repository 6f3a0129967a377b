using System.Runtime.InteropServices;

namespace Rubato.Storage.Wal;

/// <summary>
/// Record numbers as few ranges: what a block holds, or what all blocks hold together when replay asks what to skip.
/// Added nearly in order, so adding is nearly always a step at the end. Not for several threads.
/// </summary>
public sealed class WalRecordSet
{
    private readonly List<WalRecordRange> _ranges = [];

    /// <summary>Ascending, disjoint, not touching.</summary>
    public IReadOnlyList<WalRecordRange> Ranges => _ranges;

    public bool IsEmpty => _ranges.Count == 0;

    public void Add(long sequence) => Add(new WalRecordRange(sequence, sequence));

    public void Add(IEnumerable<WalRecordRange> ranges)
    {
        foreach (var range in ranges)
            Add(range);
    }

    public void Add(WalRecordRange range)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.First, range.Last, nameof(range));

        // Every range that overlaps or touches the new one melts into it.
        var from = IndexOfFirstEndingAtOrAfter(range.First - 1);
        var to = from;
        while (to < _ranges.Count && _ranges[to].First <= range.Last + 1)
        {
            range = new WalRecordRange(Math.Min(range.First, _ranges[to].First), Math.Max(range.Last, _ranges[to].Last));
            to++;
        }

        if (to == from)
        {
            _ranges.Insert(from, range);
            return;
        }

        _ranges[from] = range;
        _ranges.RemoveRange(from + 1, to - from - 1);
    }

    public bool Contains(long sequence)
    {
        var index = IndexOfFirstEndingAtOrAfter(sequence);
        return index < _ranges.Count && _ranges[index].First <= sequence;
    }

    private int IndexOfFirstEndingAtOrAfter(long sequence)
    {
        var ranges = CollectionsMarshal.AsSpan(_ranges);
        if (ranges.Length == 0 || ranges[^1].Last < sequence)
            return ranges.Length;
        var (low, high) = (0, ranges.Length - 1);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ranges[middle].Last < sequence)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
