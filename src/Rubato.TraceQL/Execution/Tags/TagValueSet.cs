using System.Globalization;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Tags;

/// <summary>Distinct values up to a number and a size. Several segments add to it at the same time.</summary>
internal sealed class TagValueSet(int limit, long maxBytes)
{
    private const int MaxLookedUp = 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<TagValue> _values = [];
    private long _bytes;

    public bool IsFull { get; private set; }

    public IReadOnlyList<TagValue> ToList()
    {
        lock (_lock)
            return [.. _values.OrderBy(v => v.Type, StringComparer.Ordinal).ThenBy(v => v.Text, StringComparer.Ordinal)];
    }

    public void Add(string type, string text)
    {
        lock (_lock)
        {
            if (IsFull || _values.Contains(new TagValue(type, text))) return;
            if (_bytes + text.Length > maxBytes)
            {
                IsFull = true;
                return;
            }

            _bytes += text.Length;
            _values.Add(new TagValue(type, text));
            IsFull = limit > 0 && _values.Count >= limit;
        }
    }

    public void Add(StaticValue value)
    {
        switch (value.Type)
        {
            case StaticType.String:
                Add("string", value.String);
                break;
            case StaticType.Int or StaticType.Duration:
                Add("int", value.Int.ToString(CultureInfo.InvariantCulture));
                break;
            case StaticType.Float:
                Add("float", LiteralText.FormatFloat(value.Float));
                break;
            case StaticType.Bool:
                Add("bool", value.Bool ? "true" : "false");
                break;
            default:
                Add("keyword", value.ToString());
                break;
        }
    }

    /// <summary>The values of a column, of the selected rows only where a selection is given.</summary>
    public void Add(ColumnVector column, Selection? rows)
    {
        switch (column)
        {
            case StringVector text:
                AddTexts(text, rows);
                break;
            case Int64Vector ints:
                // Numbers repeat: only new ones become text and take the lock.
                var seenInts = new HashSet<long>();
                for (var i = 0; i < ints.Count && !IsFull; i++)
                {
                    if (IsSelected(column, i, rows) && seenInts.Add(ints.Values[i])) Add(StaticValue.FromInt(ints.Values[i]));
                }

                break;
            case DoubleVector floats:
                var seenFloats = new HashSet<double>();
                for (var i = 0; i < floats.Count && !IsFull; i++)
                {
                    if (IsSelected(column, i, rows) && seenFloats.Add(floats.Values[i])) Add(StaticValue.FromFloat(floats.Values[i]));
                }

                break;
            case BoolVector bools:
                for (var i = 0; i < bools.Count; i++)
                {
                    if (IsSelected(column, i, rows)) Add(StaticValue.FromBool(bools.Values[i]));
                }

                break;
        }
    }

    public void Add(DictionaryView dictionary, ColumnType type)
    {
        for (var code = 0; code < dictionary.Count && !IsFull; code++) AddEntry(dictionary, code, type);
    }

    /// <summary>Whether adding these texts would add nothing. Only of few values: looking up many costs more than reading the rows that matter.</summary>
    public bool HasAll(DictionaryView dictionary)
    {
        if (dictionary.Count > MaxLookedUp) return false;
        lock (_lock)
        {
            for (var code = 0; code < dictionary.Count; code++)
            {
                if (!_values.Contains(new TagValue("string", Encoding.UTF8.GetString(dictionary[code])))) return false;
            }
        }

        return true;
    }

    private static bool IsSelected(ColumnVector column, int index, Selection? rows) => rows is null || rows[column.IsDense ? index : column.Rows[index]];

    private void AddTexts(StringVector column, Selection? rows)
    {
        var used = new Selection(column.Dictionary.Count);
        for (var i = 0; i < column.Count; i++)
        {
            if (IsSelected(column, i, rows)) used.Set(column.Codes[i]);
        }

        for (var code = used.Next(0); code >= 0 && !IsFull; code = used.Next(code + 1)) AddEntry(column.Dictionary, code, column.Type);
    }

    private void AddEntry(DictionaryView dictionary, int code, ColumnType type)
    {
        if (type != ColumnType.Any)
        {
            Add("string", Encoding.UTF8.GetString(dictionary[code]));
            return;
        }

        // Arrays give their elements. What queries cannot see (mixed and nested arrays, bytes, lists) is no value either.
        var value = FieldValue.Of(AnyValueReader.Read(dictionary[code]));
        if (value.IsNil) return;
        foreach (var element in value.Elements) Add(element);
    }
}
