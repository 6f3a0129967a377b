using System.Text;
using Rubato.Model.Columns;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>A comparison with a literal.</summary>
/// <param name="op">One of the six comparisons.</param>
/// <param name="literal">The right side.</param>
/// <param name="sameType">For attributes: only values of exactly the literal's type match (spec/traceql.md 5.2).</param>
internal sealed class LiteralTest(BinaryOperator op, StaticValue literal, bool sameType) : ValueTest
{
    private readonly byte[] _text = literal.Type == StaticType.String ? Encoding.UTF8.GetBytes(literal.String) : [];

    // The cast matters: without it null becomes a null array, and that an empty text.
    public override ReadOnlyMemory<byte>? ExactText => op == BinaryOperator.Equal && literal.Type == StaticType.String ? (ReadOnlyMemory<byte>?)_text : null;

    public override ReadOnlyMemory<byte> Needle => op == BinaryOperator.Equal ? _text : default;

    public override bool Accepts(ColumnType type) => type switch
    {
        ColumnType.String => literal.Type == StaticType.String,
        ColumnType.Int64 => sameType ? literal.Type == StaticType.Int : literal.Type is not (StaticType.String or StaticType.Bool),
        ColumnType.Double => sameType ? literal.Type == StaticType.Float : literal.IsNumeric,
        ColumnType.Bool => literal.Type == StaticType.Bool,
        // Arrays: of the literal's type, and no attribute is a duration, a status or a kind.
        _ => !sameType || literal.Type is StaticType.String or StaticType.Int or StaticType.Float or StaticType.Bool,
    };

    public override bool Value(FieldValue value) => FieldValue.Compare(op, value, literal, sameType);

    public override bool Text(ReadOnlySpan<byte> utf8) => op switch
    {
        BinaryOperator.Equal => utf8.SequenceEqual(_text),
        BinaryOperator.NotEqual => !utf8.SequenceEqual(_text),
        _ => Holds(utf8.SequenceCompareTo(_text)),
    };

    public override bool Int(long value) => literal.Type == StaticType.Float ? FloatHolds(value, literal.Float) : Holds(value.CompareTo(literal.Int));

    public override bool Float(double value) => FloatHolds(value, literal.AsDouble());

    public override bool Bool(bool value) => Constants.Compare(op, StaticValue.FromBool(value), literal);

    public override bool TryIntRange(out long low, out long high, out bool inverted)
    {
        (low, high, inverted) = (long.MinValue, long.MaxValue, false);
        if (literal.Type is StaticType.Float or StaticType.String or StaticType.Bool) return false;
        var value = literal.Int;
        switch (op)
        {
            case BinaryOperator.Equal:
                (low, high) = (value, value);
                break;
            case BinaryOperator.NotEqual:
                (low, high, inverted) = (value, value, true);
                break;
            case BinaryOperator.Less:
                (low, high, inverted) = (value, long.MaxValue, true);
                break;
            case BinaryOperator.LessOrEqual:
                high = value;
                break;
            case BinaryOperator.Greater:
                (low, high, inverted) = (long.MinValue, value, true);
                break;
            default:
                low = value;
                break;
        }

        return true;
    }

    // NaN as the literal makes ranges that nothing lies in, which is what comparing with NaN means.
    public override bool TryFloatRange(out double low, out double high, out bool inverted)
    {
        var value = literal.AsDouble();
        (low, high, inverted) = op switch
        {
            BinaryOperator.Equal => (value, value, false),
            BinaryOperator.NotEqual => (value, value, true),
            // Below minus infinity and above infinity there is nothing: the next number would be the same again.
            BinaryOperator.Less => (double.IsNegativeInfinity(value) ? double.NaN : double.NegativeInfinity, double.BitDecrement(value), false),
            BinaryOperator.LessOrEqual => (double.NegativeInfinity, value, false),
            BinaryOperator.Greater => (double.BitIncrement(value), double.IsPositiveInfinity(value) ? double.NaN : double.PositiveInfinity, false),
            _ => (value, double.PositiveInfinity, false),
        };
        return literal.IsNumeric;
    }

    private bool Holds(int order) => op switch
    {
        BinaryOperator.Equal => order == 0,
        BinaryOperator.NotEqual => order != 0,
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };

    // NaN is never equal, nor less, nor greater; it does differ.
    private bool FloatHolds(double left, double right) => op switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        _ => left >= right,
    };
}
