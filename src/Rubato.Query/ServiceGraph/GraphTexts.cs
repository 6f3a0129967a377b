using System.Globalization;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.Query.ServiceGraph;

/// <summary>Texts of all segments as numbers; 0 is the empty one and stands for absent.</summary>
internal sealed class GraphTexts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _texts = [""];

    public string this[int number] => _texts[number];

    public int NumberOf(string text)
    {
        if (_numbers.TryGetValue(text, out var number)) return number;
        _numbers.Add(text, number = _texts.Count);
        _texts.Add(text);
        return number;
    }

    /// <summary>Of each span row the attribute's text; null where no row has it. Of several owners the first that has it.</summary>
    public async ValueTask<int[]?> ReadAsync(ISpanSegment segment, string key, ScanContext context, params AttributeOwner[] owners)
    {
        int[]? rows = null;
        foreach (var owner in owners)
        {
            foreach (var column in segment.Attributes)
            {
                if (column.Owner != owner || column.Key != key || column.Type == ColumnType.Any) continue;
                Fill(await segment.ReadAsync(column, context), rows ??= new int[segment.SpanCount]);
            }

            if (!segment.HasOverflow(owner)) continue;
            foreach (var values in await segment.ReadOverflowAsync(owner, key, context)) Fill(values, rows ??= new int[segment.SpanCount]);
        }

        return rows;
    }

    /// <summary>Of each row the first of the columns that has a value.</summary>
    public static int[]? First(IEnumerable<int[]?> columns)
    {
        int[]? first = null;
        foreach (var column in columns)
        {
            if (column is null) continue;
            if (first is null)
            {
                first = column;
                continue;
            }

            for (var i = 0; i < first.Length; i++)
            {
                if (first[i] == 0) first[i] = column[i];
            }
        }

        return first;
    }

    public void Fill(ColumnVector column, int[] rows)
    {
        var known = column is StringVector text ? new int[text.Dictionary.Count] : [];
        Array.Fill(known, -1);
        for (var i = 0; i < column.Count; i++)
        {
            var row = column.IsDense ? i : column.Rows[i];
            if (rows[row] != 0) continue;
            rows[row] = column switch
            {
                StringVector strings => NumberOf(strings, strings.Codes[i], known),
                Int64Vector numbers => NumberOf(numbers.Values[i].ToString(CultureInfo.InvariantCulture)),
                DoubleVector doubles => NumberOf(doubles.Values[i].ToString("R", CultureInfo.InvariantCulture)),
                BoolVector bools => NumberOf(bools.Values[i] ? "true" : "false"),
                _ => 0,
            };
        }
    }

    private int NumberOf(StringVector strings, int code, int[] known) =>
        known[code] >= 0 ? known[code] : known[code] = NumberOf(System.Text.Encoding.UTF8.GetString(strings.Dictionary[code]));
}
