using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Plain;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>
/// A condition on one value, asked in the form in which columns hold it. The plain form (<see cref="Value"/>) is what it
/// means; the others must agree with it.
/// </summary>
internal abstract class ValueTest : IRangeTest
{
    /// <summary>False when no value of a column of this type can pass: the column is not read then.</summary>
    public abstract bool Accepts(ColumnType type);

    /// <summary>Arrays, and anything without a faster form.</summary>
    public abstract bool Value(FieldValue value);

    public virtual bool Text(ReadOnlySpan<byte> utf8) => false;

    public virtual bool Int(long value) => false;

    public virtual bool Float(double value) => false;

    public virtual bool Bool(bool value) => false;

    /// <summary>
    /// The only text that passes, where there is one: looked up in Bloom filters. Cast the bytes before a conditional with
    /// null: a null array converts to an empty text, not to none.
    /// </summary>
    public virtual ReadOnlyMemory<byte>? ExactText => null;

    /// <summary>Bytes that every passing text contains; empty when nothing is known.</summary>
    public virtual ReadOnlyMemory<byte> Needle => default;

    /// <summary>The ints that pass are those in the range, or, inverted, those outside it.</summary>
    public virtual bool TryIntRange(out long low, out long high, out bool inverted)
    {
        (low, high, inverted) = (0, 0, false);
        return false;
    }

    public bool MayHold(long min, long max)
    {
        if (!TryIntRange(out var low, out var high, out var inverted)) return true;
        return inverted ? min < low || max > high : max >= low && min <= high;
    }

    public bool MayHold(double min, double max)
    {
        // Written so that NaN for a border rules nothing out.
        if (!TryFloatRange(out var low, out var high, out var inverted)) return true;
        return inverted ? !(min >= low && max <= high) : !(max < low || min > high);
    }

    /// <summary>The floats that pass are those in the range, or, inverted, all others; NaN lies in no range.</summary>
    public virtual bool TryFloatRange(out double low, out double high, out bool inverted)
    {
        (low, high, inverted) = (0, 0, false);
        return false;
    }
}
