namespace Rubato.TraceQL.Syntax;

/// <summary>A number computed once per spanset.</summary>
public abstract record ScalarExpression(int Depth) : SyntaxNode;

public sealed record ScalarLiteral(StaticValue Value) : ScalarExpression(1);

/// <summary><c>count()</c>, or another function over an expression. The label names the value in answers; set by normalisation.</summary>
public sealed record AggregateExpression(AggregateFunction Function, FieldExpression? Argument) : ScalarExpression(1)
{
    public string? Label { get; init; }
}

/// <summary>Arithmetic between scalars. Parses, and is refused by validation.</summary>
public sealed record ScalarArithmetic(BinaryOperator Operator, ScalarExpression Left, ScalarExpression Right)
    : ScalarExpression(Math.Max(Left.Depth, Right.Depth) + 1);

/// <summary><c>( pipeline | aggregate )</c>. Parses, and is refused by validation.</summary>
public sealed record ScalarPipeline(SpansetPipeline Pipeline, AggregateExpression Aggregate) : ScalarExpression(Pipeline.Depth + 1);
