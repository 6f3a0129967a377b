using Rubato.Model.Columns;

namespace Rubato.Model.Scanning;

/// <summary>Cuts rows out of columns and spreads columns of small tables over the rows that point into them.</summary>
public static class ColumnSlicer
{
    /// <summary>A vector over <paramref name="rows"/>: its row i is row <c>rows[i]</c> of the source.</summary>
    public static ColumnVector Slice(ColumnVector source, RowSet rows)
    {
        var map = new int[rows.Count];
        for (var i = 0; i < map.Length; i++) map[i] = source.IndexOf(rows[i]);
        return Gather(source, map);
    }

    /// <summary>A vector over <paramref name="map"/>: its row i is row <c>map[i]</c> of the source table.</summary>
    public static ColumnVector Spread(ColumnVector source, ReadOnlySpan<int> map)
    {
        // One look-up table over the small source table instead of a search for each row.
        var index = new int[source.RowCount];
        if (source.IsDense)
        {
            for (var i = 0; i < index.Length; i++) index[i] = i;
        }
        else
        {
            index.AsSpan().Fill(-1);
            var rows = source.Rows;
            for (var i = 0; i < rows.Length; i++) index[rows[i]] = i;
        }

        var gather = new int[map.Length];
        for (var i = 0; i < gather.Length; i++) gather[i] = index[map[i]];
        return Gather(source, gather);
    }

    // indexes[i] is the position of row i's value in the source, -1 for none. The array is reused for the rows.
    private static ColumnVector Gather(ColumnVector source, int[] indexes)
    {
        var present = 0;
        foreach (var i in indexes)
        {
            if (i >= 0) present++;
        }

        var count = indexes.Length;
        int[]? rows = null;
        var picks = indexes;
        if (present != count)
        {
            rows = new int[present];
            picks = new int[present];
            var n = 0;
            for (var i = 0; i < count; i++)
            {
                if (indexes[i] < 0) continue;
                rows[n] = i;
                picks[n++] = indexes[i];
            }
        }

        switch (source)
        {
            case StringVector s:
                return new StringVector(count, present, rows, Pick(s.Codes, picks), s.Dictionary, s.Type);
            case Int64Vector n:
                return new Int64Vector(count, present, rows, Pick(n.Values, picks));
            case DoubleVector d:
                return new DoubleVector(count, present, rows, Pick(d.Values, picks));
            case BoolVector b:
                return new BoolVector(count, present, rows, Pick(b.Values, picks));
            case TraceIdVector t:
                return new TraceIdVector(count, Pick(t.High, picks), Pick(t.Low, picks));
            default:
                throw new NotSupportedException(source.GetType().Name);
        }
    }

    private static T[] Pick<T>(ReadOnlySpan<T> values, int[] picks)
    {
        var result = new T[picks.Length];
        for (var i = 0; i < picks.Length; i++) result[i] = values[picks[i]];
        return result;
    }
}
