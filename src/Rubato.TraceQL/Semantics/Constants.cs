using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

/// <summary>
/// Operators on two known values (spec/traceql.md 5 and 10). The plain statement of what the operators mean: folding uses it, and
/// engines can be compared with it. Null means undefined: the comparison around it is false.
/// </summary>
public static class Constants
{
    public static StaticValue? Apply(UnaryOperator op, StaticValue operand) => (op, operand.Type) switch
    {
        (UnaryOperator.Not, StaticType.Bool) => StaticValue.FromBool(!operand.Bool),
        (UnaryOperator.Negate, StaticType.Int) => StaticValue.FromInt(unchecked(-operand.Int)),
        (UnaryOperator.Negate, StaticType.Duration) => StaticValue.FromDuration(unchecked(-operand.Int)),
        (UnaryOperator.Negate, StaticType.Float) => StaticValue.FromFloat(-operand.Float),
        _ => null,
    };

    /// <summary>Every operator but the regex matches. Operands that do not fit each other compare as false, also for <c>!=</c>.</summary>
    public static StaticValue? Apply(BinaryOperator op, StaticValue left, StaticValue right)
    {
        if (op.IsArithmetic())
            return left.IsNumeric && right.IsNumeric ? Calculate(op, left, right) : null;
        if (op.IsLogic())
        {
            var (l, r) = (left.Type == StaticType.Bool && left.Bool, right.Type == StaticType.Bool && right.Bool);
            return StaticValue.FromBool(op == BinaryOperator.And ? l && r : l || r);
        }

        return op.IsComparison() ? StaticValue.FromBool(Compare(op, left, right)) : null;
    }

    public static bool Compare(BinaryOperator op, StaticValue left, StaticValue right)
    {
        if (left.Type == StaticType.Float && right.IsNumeric || right.Type == StaticType.Float && left.IsNumeric)
        {
            var (l, r) = (left.AsDouble(), right.AsDouble());
            return op switch
            {
                BinaryOperator.Equal => l == r,
                BinaryOperator.NotEqual => l != r,
                BinaryOperator.Less => l < r,
                BinaryOperator.LessOrEqual => l <= r,
                BinaryOperator.Greater => l > r,
                _ => l >= r,
            };
        }

        if (left.IsNumeric && right.IsNumeric)
            return Holds(op, left.Int.CompareTo(right.Int));
        if (left.Type != right.Type || left.Type == StaticType.Nil)
            return false;
        if (left.Type == StaticType.String)
            return Holds(op, CompareText(left.String, right.String));
        return op switch
        {
            BinaryOperator.Equal => left.Int == right.Int,
            BinaryOperator.NotEqual => left.Int != right.Int,
            _ => false,
        };
    }

    /// <summary>Bytewise order of UTF-8, which is the order of code points and differs from that of UTF-16 units.</summary>
    public static int CompareText(string left, string right)
    {
        var (l, r) = (left.EnumerateRunes().GetEnumerator(), right.EnumerateRunes().GetEnumerator());
        while (true)
        {
            var (moreLeft, moreRight) = (l.MoveNext(), r.MoveNext());
            if (!moreLeft || !moreRight)
                return moreLeft.CompareTo(moreRight);
            var order = l.Current.CompareTo(r.Current);
            if (order != 0)
                return order;
        }
    }

    private static bool Holds(BinaryOperator op, int order) => op switch
    {
        BinaryOperator.Equal => order == 0,
        BinaryOperator.NotEqual => order != 0,
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };

    private static StaticValue? Calculate(BinaryOperator op, StaticValue left, StaticValue right)
    {
        if (left.Type != StaticType.Int || right.Type != StaticType.Int)
        {
            var (l, r) = (left.AsDouble(), right.AsDouble());
            return StaticValue.FromFloat(op switch
            {
                BinaryOperator.Add => l + r,
                BinaryOperator.Subtract => l - r,
                BinaryOperator.Multiply => l * r,
                BinaryOperator.Divide => l / r,
                BinaryOperator.Modulo => l % r,
                _ => Math.Pow(l, r),
            });
        }

        var (a, b) = (left.Int, right.Int);
        if (b == 0 && op is (BinaryOperator.Divide or BinaryOperator.Modulo))
            return null;
        return StaticValue.FromInt(unchecked(op switch
        {
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => b == -1 ? -a : a / b, // minInt / -1 would trap
            BinaryOperator.Modulo => b == -1 ? 0 : a % b,
            _ => Power(a, b),
        }));
    }

    private static long Power(long number, long exponent)
    {
        if (exponent < 0)
            return (long)Math.Pow(number, exponent);
        long result = 1;
        for (; exponent > 0; exponent >>= 1, number = unchecked(number * number))
            if ((exponent & 1) != 0)
                result = unchecked(result * number);
        return result;
    }
}
