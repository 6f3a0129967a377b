using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

internal sealed partial class Validator
{
    private void CheckExpression(FieldExpression expression)
    {
        switch (expression)
        {
            case Field field:
                CheckField(field);
                break;
            case UnaryExpression unary:
                CheckExpression(unary.Operand);
                CheckUnary(unary);
                break;
            case BinaryExpression binary:
                CheckExpression(binary.Left);
                CheckExpression(binary.Right);
                CheckBinary(binary);
                break;
        }
    }

    private void CheckField(Field field)
    {
        if (field is IntrinsicField { Intrinsic: Intrinsic.Parent })
            throw Error(field, "the parent of a span is not yet supported as a field; use a structural operator, as in {...} > {...}: parent");
        if (field is AttributeField { Scope: AttributeScope.Parent or AttributeScope.ParentSpan or AttributeScope.ParentResource })
            throw Error(field, $"attributes of the parent span are not yet supported; use a structural operator, as in {{...}} > {{...}}: {CanonicalText.Of(field)}");
    }

    private void CheckUnary(UnaryExpression unary)
    {
        var type = unary.Operand.Type;
        var fits = type == StaticType.Attribute || (unary.Operator == UnaryOperator.Not ? type == StaticType.Bool : IsNumeric(type));
        if (!fits)
            throw Error(unary, $"illegal operation for the given type: {unary.Operator.Text()} cannot be applied to {Name(type)}: {CanonicalText.Of(unary)}");
    }

    private void CheckBinary(BinaryExpression binary)
    {
        var (left, right) = (binary.Left.Type, binary.Right.Type);
        if (binary.Operator.IsRegex())
            CheckPattern(binary);
        if (IsNil(binary.Left) || IsNil(binary.Right))
        {
            CheckNil(binary);
            return;
        }

        var comparable = left == right || left == StaticType.Attribute || right == StaticType.Attribute || (IsNumeric(left) && IsNumeric(right));
        if (!comparable)
            throw Error(binary, $"both sides must have the same type, but the left is {Name(left)} and the right is {Name(right)}{Advice(binary)}: {CanonicalText.Of(binary)}");
        if (!Allows(left, binary.Operator) || !Allows(right, binary.Operator))
            throw Error(binary, $"illegal operation for the given types: {binary.Operator.Text()} cannot be applied to {Name(left)} and {Name(right)}: {CanonicalText.Of(binary)}");
    }

    private void CheckPattern(BinaryExpression binary)
    {
        if (binary.Right is not LiteralExpression { Value: { Type: StaticType.String } pattern })
            throw Error(binary.Right, $"the right side of {binary.Operator.Text()} must be a regular expression in quotes: {CanonicalText.Of(binary)}");
        if (!Re2Regex.TryCreate(pattern.String, out _, out var error))
            throw Error(binary.Right, $"bad regular expression: {error}: {CanonicalText.Of(binary)}");
    }

    private void CheckNil(BinaryExpression binary)
    {
        if (binary.Operator != BinaryOperator.Equal)
            return;
        var operand = IsNil(binary.Left) ? binary.Right : binary.Left;
        if (operand is IntrinsicField or AttributeField { Scope: AttributeScope.Resource, Name: "service.name" })
            throw Error(binary, $"{CanonicalText.Of((Field)operand)} is always present and cannot be compared with nil: {CanonicalText.Of(binary)}");
    }

    private static bool IsNil(FieldExpression expression) => expression is LiteralExpression { Value.Type: StaticType.Nil };

    /// <summary>The commonest slip is <c>status = "error"</c>: words for values that look like text but are none.</summary>
    private static string Advice(BinaryExpression binary) => (binary.Left.Type, binary.Right) switch
    {
        (StaticType.Status, LiteralExpression { Value.Type: StaticType.String }) => "; write ok, error or unset without quotes",
        (StaticType.Kind, LiteralExpression { Value.Type: StaticType.String }) => "; write server, client, internal, producer, consumer or unspecified without quotes",
        (StaticType.Duration, LiteralExpression { Value.Type: StaticType.String }) => "; write durations without quotes, as in 1.5s",
        (StaticType.String, LiteralExpression { Value: { IsNumeric: true } number }) => $"; text is written in quotes, as in \"{number}\"",
        (StaticType.String, LiteralExpression { Value.Type: StaticType.Status or StaticType.Kind or StaticType.Bool } word) => $"; text is written in quotes, as in \"{word.Value}\"",
        _ => "",
    };

    private static bool Allows(StaticType type, BinaryOperator op) => type switch
    {
        StaticType.Int or StaticType.Float or StaticType.Duration => op.IsArithmetic() || op.IsComparison(),
        StaticType.String => op.IsComparison() || op.IsRegex(),
        StaticType.Bool => op.IsLogic() || op is BinaryOperator.Equal or BinaryOperator.NotEqual,
        StaticType.Status or StaticType.Kind => op is BinaryOperator.Equal or BinaryOperator.NotEqual,
        _ => true,
    };
}
