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

    /// <summary>The rows that lie in any of the sets.</summary>
    public static RowSet Union(List<RowSet> sets)
    {
        sets.RemoveAll(s => s.Count == 0);
        if (sets.Count <= 1) return sets.Count == 0 ? Empty : sets[0];
        var rows = new int[sets.Sum(s => s.Count)];
        var at = 0;
        foreach (var set in sets)
        {
            for (var i = 0; i < set.Count; i++) rows[at++] = set[i];
        }

        Array.Sort(rows);
        var distinct = 1;
        for (var i = 1; i < rows.Length; i++)
        {
            if (rows[i] != rows[i - 1]) rows[distinct++] = rows[i];
        }

        return Of(rows[..distinct]);
    }

    public int[] ToArray()
    {
        var rows = new int[Count];
        for (var i = 0; i < rows.Length; i++) rows[i] = this[i];
        return rows;
    }
}
