using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Query.ServiceGraph;

/// <summary>Texts of all segments as numbers; 0 is the empty one and stands for absent.</summary>
internal sealed class GraphTexts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _texts = [""];

    public string this[int number] => _texts[number];

    /// <summary>About what it takes in memory.</summary>
    public long Bytes { get; private set; }

    public int NumberOf(string text)
    {
        if (_numbers.TryGetValue(text, out var number)) return number;
        _numbers.Add(text, number = _texts.Count);
        _texts.Add(text);
        Bytes += 80 + (2L * text.Length);
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
                if (column.Owner != owner || column.Key != key) continue;
                Fill(await segment.ReadAsync(column, context), rows ??= NewRows(segment.SpanCount, context));
            }

            if (!segment.HasOverflow(owner)) continue;
            foreach (var values in await segment.ReadOverflowAsync(owner, key, context)) Fill(values, rows ??= NewRows(segment.SpanCount, context));
        }

        return rows;
    }

    /// <summary>Of each row the first of the columns that has a value; written into the first column.</summary>
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

            for (var i = 0; i < Math.Min(first.Length, column.Length); i++)
            {
                if (first[i] == 0) first[i] = column[i];
            }
        }

        return first;
    }

    /// <summary>Writes the numbers of the column's values to their rows; a row that has one keeps it.</summary>
    public void Fill(ColumnVector column, int[] rows)
    {
        switch (column)
        {
            case StringVector strings:
                FillStrings(strings, rows);
                break;
            case Int64Vector numbers:
                var known = new Dictionary<long, int>();
                for (var i = 0; i < column.Count; i++)
                {
                    ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(known, numbers.Values[i], out var isKnown);
                    if (!isKnown) number = NumberOf(numbers.Values[i].ToString(CultureInfo.InvariantCulture));
                    Put(column, i, number, rows);
                }

                break;
            case DoubleVector doubles:
                for (var i = 0; i < column.Count; i++) Put(column, i, NumberOf(LabelText.Of(doubles.Values[i])), rows);
                break;
            case BoolVector bools:
                var (no, yes) = (NumberOf("false"), NumberOf("true"));
                for (var i = 0; i < column.Count; i++) Put(column, i, bools.Values[i] ? yes : no, rows);
                break;
        }
    }

    /// <summary>Zeros; from the query's buffers where it has some, so it lives as long as these.</summary>
    private static int[] NewRows(int count, ScanContext context)
    {
        var rows = context.Rent<int>(count);
        rows.AsSpan(0, count).Clear();
        return rows;
    }

    private void FillStrings(StringVector strings, int[] rows)
    {
        // A dictionary of many values of which few rows have one: not worth an array.
        if (strings.Dictionary.Count > 4 * strings.Count)
        {
            for (var i = 0; i < strings.Count; i++) Put(strings, i, NumberOf(TextOf(strings, strings.Codes[i])), rows);
            return;
        }

        // -1: not looked up yet.
        var known = ArrayPool<int>.Shared.Rent(Math.Max(strings.Dictionary.Count, 1));
        known.AsSpan(0, strings.Dictionary.Count).Fill(-1);
        var codes = strings.Codes;
        for (var i = 0; i < codes.Length; i++)
        {
            ref var number = ref known[codes[i]];
            if (number < 0) number = NumberOf(TextOf(strings, codes[i]));
            Put(strings, i, number, rows);
        }

        ArrayPool<int>.Shared.Return(known);
    }

    private static string TextOf(StringVector strings, int code) =>
        strings.Type == ColumnType.String ? strings.Dictionary.GetString(code) : LabelText.Of(AnyValueReader.Read(strings.Dictionary[code]));

    private static void Put(ColumnVector column, int i, int number, int[] rows)
    {
        ref var place = ref rows[column.IsDense ? i : column.Rows[i]];
        if (place == 0) place = number;
    }
}
