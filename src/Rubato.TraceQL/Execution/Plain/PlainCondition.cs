using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>Expressions on one span, as directly as the specification states them (spec/traceql.md 5 to 10).</summary>
internal static class PlainCondition
{
    /// <summary>Whether the condition is true on the span. What does not fit is false; nothing throws.</summary>
    public static bool Holds(FieldExpression condition, PlainTrace trace, int index)
    {
        switch (condition)
        {
            case LiteralExpression literal:
                return literal.Value.Type == StaticType.Bool && literal.Value.Bool;
            case Field field:
                return HasBool(field, trace, index, true);
            case UnaryExpression { Operator: UnaryOperator.Not, Operand: Field field }:
                return HasBool(field, trace, index, false);
            case UnaryExpression { Operator: UnaryOperator.Not } not:
                return IsCondition(not.Operand) && !Holds(not.Operand, trace, index);
            case BinaryExpression { Operator: BinaryOperator.And } and:
                return Holds(and.Left, trace, index) && Holds(and.Right, trace, index);
            case BinaryExpression { Operator: BinaryOperator.Or } or:
                return Holds(or.Left, trace, index) || Holds(or.Right, trace, index);
            case BinaryExpression binary when binary.Operator.IsComparison():
                return Compare(binary, trace, index);
            case PresenceExpression presence:
                return ValuesOf(presence.Operand, trace, index).Count > 0 == presence.Present;
            case RegexExpression regex:
                return ValuesOf(regex.Operand, trace, index).Exists(v => FieldValue.Matches(v, regex.Regex, regex.Negated));
            default:
                return false;
        }
    }

    /// <summary>The single value of an expression: of the first event or link for their fields. Nil where it is undefined.</summary>
    public static FieldValue ValueOf(FieldExpression expression, PlainTrace trace, int index)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                return literal.Value;
            case Field field:
                return PlainFields.ValuesOf(field, trace, index) is [var first, ..] ? first : FieldValue.Nil;
            case UnaryExpression { Operator: UnaryOperator.Negate } negate:
                return Constants.Apply(UnaryOperator.Negate, ValueOf(negate.Operand, trace, index).Scalar) ?? StaticValue.Nil;
            case BinaryExpression binary when binary.Operator.IsArithmetic():
                return Constants.Apply(binary.Operator, ValueOf(binary.Left, trace, index).Scalar, ValueOf(binary.Right, trace, index).Scalar)
                    ?? StaticValue.Nil;
            default:
                return StaticValue.FromBool(Holds(expression, trace, index));
        }
    }

    /// <summary>Whether the expression is true or false on every span, whatever the span holds.</summary>
    public static bool IsCondition(FieldExpression expression) => expression switch
    {
        LiteralExpression literal => literal.Value.Type == StaticType.Bool,
        UnaryExpression unary => unary.Operator == UnaryOperator.Not,
        BinaryExpression binary => !binary.Operator.IsArithmetic(),
        PresenceExpression or RegexExpression => true,
        _ => false,
    };

    private static bool HasBool(Field field, PlainTrace trace, int index, bool wanted) =>
        PlainFields.ValuesOf(field, trace, index).Exists(v => v.Scalar.Type == StaticType.Bool && v.Scalar.Bool == wanted);

    private static bool Compare(BinaryExpression comparison, PlainTrace trace, int index)
    {
        var (op, left, right) = (comparison.Operator, comparison.Left, comparison.Right);
        if (left is LiteralExpression && right is not LiteralExpression) (op, left, right) = (op.Mirror(), right, left);
        var sameType = left is AttributeField && right is LiteralExpression;
        var rights = IsTraceId(left) && right is LiteralExpression { Value.Type: StaticType.String } id
            ? [StaticValue.FromString(PlainFields.TrimId(id.Value.String))]
            : ValuesOf(right, trace, index);
        foreach (var l in ValuesOf(left, trace, index))
        {
            foreach (var r in rights)
            {
                if (FieldValue.Compare(op, l, r, sameType)) return true;
            }
        }

        return false;
    }

    /// <summary>Leading zeros of a literal do not count beside these (spec/traceql.md 4.2).</summary>
    public static bool IsTraceId(FieldExpression expression) =>
        expression is IntrinsicField { Intrinsic: Intrinsic.TraceId or Intrinsic.LinkTraceId };

    private static List<FieldValue> ValuesOf(FieldExpression expression, PlainTrace trace, int index)
    {
        if (expression is Field field) return PlainFields.ValuesOf(field, trace, index);
        var value = ValueOf(expression, trace, index);
        return value.IsNil ? [] : [value];
    }
}
