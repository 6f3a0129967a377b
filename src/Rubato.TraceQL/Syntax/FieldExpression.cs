namespace Rubato.TraceQL.Syntax;

/// <summary>What stands inside braces, in <c>by(...)</c> and in aggregates: computed span by span.</summary>
/// <param name="Depth">Height of the tree below; bounded by <see cref="TraceQLLimits.MaxDepth"/>, so that recursion over it is safe.</param>
public abstract record FieldExpression(int Depth) : SyntaxNode
{
    /// <summary>Known bottom-up from the parts, so every tree carries it; only validation says whether the parts fit.</summary>
    public abstract StaticType Type { get; }

    /// <summary>Whether the value depends on the span at all.</summary>
    public abstract bool HasField { get; }
}

/// <summary>A value as written, or folded from such.</summary>
public sealed record LiteralExpression(StaticValue Value) : FieldExpression(1)
{
    public override StaticType Type => Value.Type;

    public override bool HasField => false;
}

/// <summary>An intrinsic or an attribute: all that <c>select</c> and the metrics functions take.</summary>
public abstract record Field() : FieldExpression(1)
{
    public override bool HasField => true;
}

public sealed record IntrinsicField(Intrinsic Intrinsic) : Field
{
    public override StaticType Type => Intrinsics.TypeOf(Intrinsic);
}

public sealed record AttributeField(AttributeScope Scope, string Name) : Field
{
    public override StaticType Type => StaticType.Attribute;
}

public sealed record UnaryExpression(UnaryOperator Operator, FieldExpression Operand) : FieldExpression(Operand.Depth + 1)
{
    public override StaticType Type => Operator == UnaryOperator.Not ? StaticType.Bool : Operand.Type;

    public override bool HasField { get; } = Operand.HasField;
}

/// <summary>Any binary operator. After normalisation neither side is <c>nil</c> and the operator is not a regex match.</summary>
public sealed record BinaryExpression(BinaryOperator Operator, FieldExpression Left, FieldExpression Right)
    : FieldExpression(Math.Max(Left.Depth, Right.Depth) + 1)
{
    public override StaticType Type { get; } = !Operator.IsArithmetic() ? StaticType.Bool
        : Left.Type == StaticType.Attribute ? Right.Type : Left.Type;

    public override bool HasField { get; } = Left.HasField || Right.HasField;
}

/// <summary><c>x != nil</c> (<paramref name="Present"/>) or <c>x = nil</c>. Made by normalisation only.</summary>
public sealed record PresenceExpression(FieldExpression Operand, bool Present) : FieldExpression(Operand.Depth + 1)
{
    public override StaticType Type => StaticType.Bool;

    public override bool HasField { get; } = Operand.HasField;
}

/// <summary><c>x =~ "…"</c> or, <paramref name="Negated"/>, <c>x !~ "…"</c>, with the pattern compiled. Made by normalisation only.</summary>
public sealed record RegexExpression(FieldExpression Operand, Regex.Re2Regex Regex, bool Negated) : FieldExpression(Operand.Depth + 1)
{
    public override StaticType Type => StaticType.Bool;

    public override bool HasField { get; } = Operand.HasField;
}
