using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Joins parts of one column, read from different pages, row after row.</summary>
internal static class VectorConcat
{
    public static ColumnVector Join(List<ColumnVector> parts)
    {
        var rowCount = parts.Sum(p => p.RowCount);
        var count = parts.Sum(p => p.Count);
        var rows = count == rowCount ? null : Rows(parts, count);
        return parts[0] switch
        {
            Int64Vector => new Int64Vector(rowCount, count, rows, Join(parts, count, p => ((Int64Vector)p).Values)),
            DoubleVector => new DoubleVector(rowCount, count, rows, Join(parts, count, p => ((DoubleVector)p).Values)),
            BoolVector => new BoolVector(rowCount, count, rows, Join(parts, count, p => ((BoolVector)p).Values)),
            StringVector strings => Join(parts, rowCount, count, rows, strings.Type),
            _ => throw new NotSupportedException(parts[0].GetType().Name),
        };
    }

    private delegate ReadOnlySpan<T> ValuesOf<T>(ColumnVector part);

    private static T[] Join<T>(List<ColumnVector> parts, int count, ValuesOf<T> valuesOf)
    {
        var result = new T[count];
        var at = 0;
        foreach (var part in parts)
        {
            valuesOf(part).CopyTo(result.AsSpan(at));
            at += part.Count;
        }

        return result;
    }

    private static StringVector Join(List<ColumnVector> parts, int rowCount, int count, int[]? rows, ColumnType type)
    {
        // Parts of a dictionary column share one dictionary; plain parts bring their own pools.
        var first = ((StringVector)parts[0]).Dictionary;
        if (parts.TrueForAll(p => ((StringVector)p).Dictionary.Pool == first.Pool && ((StringVector)p).Dictionary.Count == first.Count))
            return new StringVector(rowCount, count, rows, Join(parts, count, p => ((StringVector)p).Codes), first, type);

        var pool = new List<byte>();
        var ends = new int[count + 1];
        var codes = new int[count];
        var n = 0;
        foreach (StringVector part in parts.Cast<StringVector>())
        {
            for (var i = 0; i < part.Count; i++)
            {
                pool.AddRange(part[i]);
                codes[n] = n;
                ends[++n] = pool.Count;
            }
        }

        return new StringVector(rowCount, count, rows, codes, new DictionaryView([.. pool], ends, count), type);
    }

    private static int[] Rows(List<ColumnVector> parts, int count)
    {
        var rows = new int[count];
        var n = 0;
        var first = 0;
        foreach (var part in parts)
        {
            for (var i = 0; i < part.Count; i++) rows[n++] = first + (part.IsDense ? i : part.Rows[i]);
            first += part.RowCount;
        }

        return rows;
    }
}
