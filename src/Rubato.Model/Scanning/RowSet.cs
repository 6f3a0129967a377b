namespace Rubato.Model.Scanning;

/// <summary>Ascending span rows of a segment: a range where rows are adjacent, else a list.</summary>
public readonly struct RowSet
{
    private readonly int[]? _rows;
    private readonly int _first;

    private RowSet(int first, int count, int[]? rows)
    {
        _first = first;
        Count = count;
        _rows = rows;
    }

    public static RowSet Empty => default;

    public int Count { get; }

    public bool IsRange => _rows is null;

    /// <summary>First row of a range.</summary>
    public int First => _first;

    public int this[int index] => _rows is null ? _first + index : _rows[index];

    public static RowSet Range(int first, int count) => new(first, count, null);

    /// <param name="rows">Ascending; not copied.</param>
    public static RowSet Of(int[] rows) => new(0, rows.Length, rows);

    /// <summary>All rows of ranges, in any order, that are alike or do not overlap.</summary>
    public static RowSet OfRanges(List<RowSet> ranges)
    {
        if (ranges.Count <= 1) return ranges.Count == 0 ? Empty : ranges[0];
        ranges.Sort((a, b) => a[0].CompareTo(b[0]));
        var rows = new List<int>(ranges.Sum(r => r.Count));
        foreach (var range in ranges)
        {
            if (rows.Count > 0 && range[0] <= rows[^1]) continue; // The same again.
            for (var i = 0; i < range.Count; i++) rows.Add(range[i]);
        }

        return Of([.. rows]);
    }

    public int[] ToArray()
    {
        var rows = new int[Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = this[i];
        return rows;
    }
}
