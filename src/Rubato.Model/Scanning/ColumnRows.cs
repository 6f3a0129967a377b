using System.Text;
using Rubato.Model.Columns;

namespace Rubato.Model.Scanning;

/// <summary>Columns of a few rows as plain arrays, for code that makes objects of them. Absent values are zero or empty.</summary>
public static class ColumnRows
{
    public static long[] Ints(ColumnVector? vector, int count)
    {
        var result = new long[count];
        if (vector is not Int64Vector ints) return result;
        if (ints.IsDense) ints.Values.CopyTo(result);
        else for (var i = 0; i < ints.Count; i++) result[ints.Rows[i]] = ints.Values[i];
        return result;
    }

    /// <summary>Rows with one code share one string.</summary>
    public static string[] Texts(ColumnVector? vector, int count)
    {
        var result = new string[count];
        Array.Fill(result, "");
        if (vector is not StringVector texts || texts.Count == 0) return result;
        var known = new Dictionary<int, string>();
        var (lastCode, last) = (-1, "");
        for (var i = 0; i < texts.Count; i++)
        {
            var code = texts.Codes[i];
            if (code != lastCode)
            {
                lastCode = code;
                if (!known.TryGetValue(code, out last!)) known[code] = last = Encoding.UTF8.GetString(texts[i]);
            }

            result[texts.IsDense ? i : texts.Rows[i]] = last;
        }

        return result;
    }

    public static byte[][] Bytes(ColumnVector? vector, int count)
    {
        var result = new byte[count][];
        Array.Fill(result, []);
        if (vector is not StringVector texts) return result;
        for (var i = 0; i < texts.Count; i++) result[texts.IsDense ? i : texts.Rows[i]] = texts[i].ToArray();
        return result;
    }
}
