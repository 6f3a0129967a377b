using System.Text;

namespace Rubato.TraceQL.Syntax;

/// <summary>
/// Expressions as answers, labels and error texts show them (spec/traceql.md 15.3): operands that are operations themselves in
/// parentheses, whatever the precedence; strings in back ticks.
/// </summary>
public static class CanonicalText
{
    public static string Of(FieldExpression expression) => Write(new StringBuilder(), expression).ToString();

    public static string Of(AggregateExpression aggregate)
    {
        var text = new StringBuilder(Keywords.NameOf(aggregate.Function)).Append('(');
        return (aggregate.Argument is null ? text : Write(text, aggregate.Argument)).Append(')').ToString();
    }

    public static string Of(Field field) => field is AttributeField attribute
        ? LiteralText.FormatAttribute(attribute.Scope, attribute.Name)
        : Intrinsics.NameOf(((IntrinsicField)field).Intrinsic);

    private static StringBuilder Write(StringBuilder text, FieldExpression expression) => expression switch
    {
        LiteralExpression { Value.Type: StaticType.String } literal => WriteString(text, literal.Value.String),
        LiteralExpression literal => text.Append(literal.Value.ToString()),
        Field field => text.Append(Of(field)),
        UnaryExpression unary => Operand(text.Append(unary.Operator.Text()), unary.Operand),
        BinaryExpression binary => Operand(Operand(text, binary.Left).Append(' ').Append(binary.Operator.Text()).Append(' '), binary.Right),
        PresenceExpression presence => Operand(text, presence.Operand).Append(presence.Present ? " != nil" : " = nil"),
        RegexExpression regex => WriteString(Operand(text, regex.Operand).Append(regex.Negated ? " !~ " : " =~ "), regex.Regex.Pattern),
        _ => throw new ArgumentOutOfRangeException(nameof(expression), expression.GetType(), "an expression without a canonical text"),
    };

    private static StringBuilder Operand(StringBuilder text, FieldExpression operand) => operand is LiteralExpression or Field
        ? Write(text, operand)
        : Write(text.Append('('), operand).Append(')');

    private static StringBuilder WriteString(StringBuilder text, string value) => text.Append('`').Append(value).Append('`');
}
