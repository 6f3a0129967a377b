using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>A field's number on each row, for the functions that compute with it.</summary>
internal static class FieldNumbers
{
    /// <summary>Whole and broken numbers and nanoseconds; NaN where there is none. Perhaps more room behind.</summary>
    public static async ValueTask<double[]> ReadAsync(SegmentScan scan, Field field, RowSet? rows)
    {
        var parts = await FieldReader.ReadAsync(scan, field, rows).ConfigureAwait(false);
        var count = parts.Parents?.Length ?? rows?.Count ?? scan.SpanCount;
        var numbers = scan.Rent<double>(count);
        // Two marks: rows without a value so far may still get one, rows with a text will not.
        var taken = parts.Parts.Count > 1 ? new bool[count] : null;
        numbers.AsSpan(0, count).Fill(parts.Default.IsNumeric ? parts.Default.AsDouble() : double.NaN);
        foreach (var part in parts.Parts) Fill(part, numbers, taken);
        return parts.Parents is { } parents ? Fold(numbers, Presence(parts, count), parents.Span, scan.SpanCount, rows) : numbers;
    }

    /// <summary>The power-of-two bucket of whole numbers and nanoseconds; 0 where there is none. Perhaps more room behind.</summary>
    public static async ValueTask<byte[]> ReadBucketsAsync(SegmentScan scan, Field field, RowSet? rows)
    {
        var parts = await FieldReader.ReadAsync(scan, field, rows).ConfigureAwait(false);
        var count = parts.Parents?.Length ?? rows?.Count ?? scan.SpanCount;
        var buckets = scan.Rent<byte>(count);
        buckets.AsSpan(0, count).Clear();
        var taken = parts.Parts.Count > 1 ? new bool[count] : null;
        foreach (var part in parts.Parts) Fill(part, buckets, taken);
        return parts.Parents is { } parents ? Fold(buckets, Presence(parts, count), parents.Span, scan.SpanCount, rows) : buckets;
    }

    private static void Fill(FieldPart part, double[] numbers, bool[]? taken)
    {
        switch (part.Vector)
        {
            case Int64Vector ints when taken is null && ints.IsDense && IsNumber(part.Form):
                var least = part.Form == ValueForm.Duration ? 0 : long.MinValue;
                var values = ints.Values;
                for (var i = 0; i < values.Length; i++) numbers[i] = Math.Max(least, values[i]);
                break;
            default:
                ForEach(part, taken, (row, value) => numbers[row] = value.IsNumeric ? value.AsDouble() : double.NaN);
                break;
        }
    }

    private static void Fill(FieldPart part, byte[] buckets, bool[]? taken)
    {
        switch (part.Vector)
        {
            case Int64Vector ints when taken is null && ints.IsDense && IsNumber(part.Form):
                var values = ints.Values;
                for (var i = 0; i < values.Length; i++) buckets[i] = (byte)PowerBuckets.Of(values[i]);
                break;
            default:
                ForEach(part, taken, (row, value) =>
                    buckets[row] = (byte)(value.Type is StaticType.Int or StaticType.Duration ? PowerBuckets.Of(value.Int) : 0));
                break;
        }
    }

    private static bool IsNumber(ValueForm form) => form is ValueForm.Attribute or ValueForm.Int or ValueForm.Duration or ValueForm.Elapsed;

    // Rows whose value no earlier part has set, with the value; what is invisible to TraceQL is passed over.
    private static void ForEach(FieldPart part, bool[]? taken, Action<int, StaticValue> set)
    {
        var vector = part.Vector;
        for (var i = 0; i < vector.Count; i++)
        {
            var row = vector.IsDense ? i : vector.Rows[i];
            if (taken is not null && taken[row]) continue;
            if (!TryValue(vector, i, part.Form, out var value)) continue;
            if (taken is not null) taken[row] = true;
            set(row, value);
        }
    }

    // False for what is no value at all. A text is one, and an array, but no number.
    private static bool TryValue(ColumnVector vector, int index, ValueForm form, out StaticValue value)
    {
        value = StaticValue.Nil;
        switch (vector)
        {
            case Int64Vector ints:
                value = FieldCodes.IntOf(ints.Values[index], form);
                return true;
            case DoubleVector floats:
                value = StaticValue.FromFloat(floats.Values[index]);
                return true;
            case StringVector { Type: ColumnType.Any } encoded:
                var visible = Plain.FieldValue.Of(Model.Otlp.AnyValueReader.Read(encoded[index]));
                value = visible.Scalar;
                return !visible.IsNil;
            default:
                return true;
        }
    }

    private static bool[] Presence(FieldParts parts, int count)
    {
        var present = new bool[count];
        if (parts.Default.Type != StaticType.Nil) present.AsSpan().Fill(true);
        foreach (var part in parts.Parts)
        {
            for (var i = 0; i < part.Vector.Count; i++)
            {
                if (TryValue(part.Vector, i, part.Form, out _)) present[part.Vector.IsDense ? i : part.Vector.Rows[i]] = true;
            }
        }

        return present;
    }

    // The first event or link of a span that has a value speaks for it, also where that is no number.
    private static T[] Fold<T>(T[] children, bool[] present, ReadOnlySpan<int> parents, int spans, RowSet? rows)
    {
        var whole = new T[spans];
        if (whole is double[] numbers) numbers.AsSpan().Fill(double.NaN);
        var taken = new bool[spans];
        for (var i = 0; i < parents.Length; i++)
        {
            if (!present[i] || taken[parents[i]]) continue;
            taken[parents[i]] = true;
            whole[parents[i]] = children[i];
        }

        if (rows is not { } few) return whole;
        var some = new T[few.Count];
        for (var i = 0; i < some.Length; i++) some[i] = whole[few[i]];
        return some;
    }
}
