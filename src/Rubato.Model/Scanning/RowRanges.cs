namespace Rubato.Model.Scanning;

/// <summary>Ascending rows as ranges that do not touch each other: what is left of a segment when whole pages are ruled out.</summary>
public readonly struct RowRanges
{
    private readonly int[]? _borders; // First and end of each range, one after the other.

    private RowRanges(int[] borders) => _borders = borders;

    public static RowRanges None => default;

    public int Count => (_borders?.Length ?? 0) / 2;

    public bool IsEmpty => Count == 0;

    /// <summary>All rows of all ranges.</summary>
    public int RowCount
    {
        get
        {
            var rows = 0;
            for (var i = 0; i < Count; i++) rows += End(i) - First(i);
            return rows;
        }
    }

    public int First(int range) => _borders![2 * range];

    /// <summary>The row after a range's last.</summary>
    public int End(int range) => _borders![(2 * range) + 1];

    /// <summary>Whether one of the rows from <paramref name="first"/> to before <paramref name="end"/> is among them.</summary>
    public bool Overlaps(int first, int end)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (End(middle) <= first) low = middle + 1;
            else high = middle;
        }

        return low < Count && First(low) < end;
    }

    public RowRanges Intersect(RowRanges other)
    {
        var both = new Builder();
        for (int i = 0, j = 0; i < Count && j < other.Count;)
        {
            var (first, end) = (Math.Max(First(i), other.First(j)), Math.Min(End(i), other.End(j)));
            if (first < end) both.Add(first, end);
            if (End(i) <= end) i++;
            else j++;
        }

        return both.ToRanges();
    }

    /// <summary>Collects ranges in ascending order; those that touch become one.</summary>
    public sealed class Builder
    {
        private readonly List<int> _borders = [];

        public void Add(int first, int end)
        {
            if (first >= end) return;
            if (_borders.Count > 0 && _borders[^1] >= first) _borders[^1] = Math.Max(_borders[^1], end);
            else _borders.AddRange([first, end]);
        }

        public RowRanges ToRanges() => _borders.Count == 0 ? None : new RowRanges([.. _borders]);
    }
}
