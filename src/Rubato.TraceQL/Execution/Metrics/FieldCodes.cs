using System.Runtime.InteropServices;
using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>A field's value on each row as a small number: what spans are grouped by. Code 0 is nil.</summary>
internal sealed class FieldCodes
{
    private readonly Dictionary<FieldValue, int> _known = [];
    private readonly int _count;

    private FieldCodes(int[] codes, int count)
    {
        (Codes, _count) = (codes, count);
        codes.AsSpan(0, count).Clear();
    }

    /// <summary>Codes of values that are at hand, one for each row.</summary>
    public static FieldCodes Of(IReadOnlyList<FieldValue> values)
    {
        var codes = new FieldCodes(new int[values.Count], values.Count);
        for (var i = 0; i < values.Count; i++) codes.Codes[i] = codes.CodeOf(values[i]);
        return codes;
    }

    /// <summary>For each row the index of its value; perhaps more room behind.</summary>
    public int[] Codes { get; private set; }

    /// <summary>Distinct values, arrays among them; the first is nil.</summary>
    public List<FieldValue> Values { get; } = [FieldValue.Nil];

    /// <param name="scan">The segment.</param>
    /// <param name="field">The field.</param>
    /// <param name="rows">Row i of the answer is <c>rows[i]</c>; null for all rows.</param>
    public static async ValueTask<FieldCodes> ReadAsync(SegmentScan scan, Field field, RowSet? rows) =>
        Of(scan, await FieldReader.ReadAsync(scan, field, rows).ConfigureAwait(false), rows);

    public static FieldCodes Of(SegmentScan scan, FieldParts parts, RowSet? rows)
    {
        var count = rows?.Count ?? scan.SpanCount;
        if (parts.Parents is not { } parents)
        {
            var codes = new FieldCodes(scan.Rent<int>(count), count);
            codes.Fill(parts, scan.CancellationToken);
            return codes;
        }

        var children = new FieldCodes(scan.Rent<int>(parents.Length), parents.Length);
        children.Fill(parts, scan.CancellationToken);
        children.FoldToSpans(parents.Span, scan.SpanCount, rows);
        return children;
    }

    private void Fill(FieldParts parts, CancellationToken cancellationToken)
    {
        var isFirst = true;
        foreach (var part in parts.Parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (part.Vector)
            {
                case StringVector texts:
                    AddTexts(texts, part.Form, isFirst);
                    break;
                case Int64Vector ints:
                    AddInts(ints, part.Form);
                    break;
                case TraceIdVector ids:
                    for (var i = 0; i < ids.Count; i++) Set(i, CodeOf(StaticValue.FromString(PlainFields.TrimId(ids[i].ToString()))));
                    break;
                default:
                    for (var i = 0; i < part.Vector.Count; i++) Set(RowOf(part.Vector, i), CodeOf(NumberAt(part.Vector, i)));
                    break;
            }

            isFirst = false;
        }

        var all = Codes.AsSpan(0, _count);
        if (parts.Default.Type == StaticType.Nil || !all.Contains(0)) return;
        all.Replace(0, CodeOf(parts.Default));
    }

    // A dictionary may hold an entry twice, and entries that no row has: each is looked at when a row first shows it.
    private void AddTexts(StringVector texts, ValueForm form, bool isFirst)
    {
        var known = new int[texts.Dictionary.Count];
        var codes = texts.Codes;
        if (texts.IsDense && isFirst)
        {
            var into = Codes;
            for (var i = 0; i < codes.Length; i++)
            {
                var code = known[codes[i]];
                into[i] = (code == 0 ? known[codes[i]] = 1 + CodeOf(texts, codes[i], form) : code) - 1;
            }

            return;
        }

        for (var i = 0; i < codes.Length; i++)
        {
            var code = known[codes[i]];
            if (code == 0) known[codes[i]] = code = 1 + CodeOf(texts, codes[i], form);
            Set(RowOf(texts, i), code - 1);
        }
    }

    private void AddInts(Int64Vector ints, ValueForm form)
    {
        var known = new Dictionary<long, int>();
        var (last, lastCode) = (0L, -1);
        for (var i = 0; i < ints.Count; i++)
        {
            var value = ints.Values[i];
            if (lastCode < 0 || value != last)
            {
                ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(known, value, out var exists);
                if (!exists) code = CodeOf(IntOf(value, form));
                (last, lastCode) = (value, code);
            }

            Set(RowOf(ints, i), lastCode);
        }
    }

    // A value of the part before hides those of later ones.
    private void Set(int row, int code)
    {
        if (Codes[row] == 0) Codes[row] = code;
    }

    private int CodeOf(StringVector texts, int code, ValueForm form)
    {
        return texts.Type == ColumnType.Any && form == ValueForm.Attribute
            ? CodeOf(FieldValue.Of(AnyValueReader.Read(texts.Dictionary[code])))
            : CodeOf(TextOf(texts.Dictionary[code], form));
    }

    private int CodeOf(FieldValue value)
    {
        if (value.IsNil) return 0;
        ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, value, out var exists);
        if (!exists)
        {
            code = Values.Count;
            Values.Add(value);
        }

        return code;
    }

    // The first event or link of a span that has a value speaks for it.
    private void FoldToSpans(ReadOnlySpan<int> parents, int spans, RowSet? rows)
    {
        var whole = new int[spans];
        for (var i = 0; i < parents.Length; i++)
        {
            if (whole[parents[i]] == 0) whole[parents[i]] = Codes[i];
        }

        if (rows is not { } few)
        {
            Codes = whole;
            return;
        }

        Codes = new int[few.Count];
        for (var i = 0; i < few.Count; i++) Codes[i] = whole[few[i]];
    }

    internal static StaticValue IntOf(long value, ValueForm form) => form switch
    {
        ValueForm.Duration => StaticValue.FromDuration(Math.Max(0, value)),
        ValueForm.Elapsed => StaticValue.FromDuration(value),
        ValueForm.Status => StaticValue.FromStatus((int)value),
        ValueForm.Kind => StaticValue.FromKind((int)value),
        ValueForm.SpanId => StaticValue.FromString(new SpanId((ulong)value).ToString()),
        _ => StaticValue.FromInt(value),
    };

    private static StaticValue TextOf(ReadOnlySpan<byte> bytes, ValueForm form) => StaticValue.FromString(form switch
    {
        ValueForm.LinkTraceId => PlainFields.TrimId(Convert.ToHexStringLower(bytes)),
        ValueForm.LinkSpanId => Convert.ToHexStringLower(bytes),
        _ => Encoding.UTF8.GetString(bytes),
    });

    private static StaticValue NumberAt(ColumnVector vector, int index) => vector switch
    {
        DoubleVector floats => StaticValue.FromFloat(floats.Values[index]),
        BoolVector bools => StaticValue.FromBool(bools.Values[index]),
        _ => StaticValue.Nil,
    };

    private static int RowOf(ColumnVector vector, int index) => vector.IsDense ? index : vector.Rows[index];
}
