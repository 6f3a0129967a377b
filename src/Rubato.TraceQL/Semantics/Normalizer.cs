using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

/// <summary>
/// Brings a valid query into the shape engines work on. Afterwards:
/// <list type="bullet">
/// <item>an expression without fields is one <see cref="LiteralExpression"/>, unless its value is undefined (integer division by zero);</item>
/// <item>in a comparison of a field with a value the value is on the right (<c>500 &lt;= x</c> has become <c>x >= 500</c>);</item>
/// <item><c>nil</c> and the regex operators are gone: <see cref="PresenceExpression"/> and <see cref="RegexExpression"/> stand for them;</item>
/// <item><see cref="GroupByStage.Label"/> and <see cref="AggregateExpression.Label"/> are set, from the text before sides were exchanged;</item>
/// <item><c>!</c> stays where it was written.</item>
/// </list>
/// </summary>
internal static class Normalizer
{
    public static TraceQLQuery Normalize(TraceQLQuery query) => query with
    {
        Pipeline = Pipeline(query.Pipeline),
        Metrics = query.Metrics is { First: MetricsCompareStage compare }
            ? query.Metrics with { First = compare with { Selection = Filter(compare.Selection) } }
            : query.Metrics,
    };

    public static FieldExpression Normalize(FieldExpression expression) => Shape(Fold(expression));

    private static SpansetPipeline Pipeline(SpansetPipeline pipeline)
    {
        var stages = new PipelineStage[pipeline.Stages.Count];
        for (var i = 0; i < stages.Length; i++)
            stages[i] = Stage(pipeline.Stages[i]);
        return new SpansetPipeline([.. stages]) { Span = pipeline.Span };
    }

    private static PipelineStage Stage(PipelineStage stage)
    {
        switch (stage)
        {
            case SpansetExpression spanset:
                return Spanset(spanset);
            case GroupByStage by:
                var group = Fold(by.Expression);
                return by with { Expression = Shape(group), Label = $"by({CanonicalText.Of(group)})" };
            case ScalarFilterStage filter:
                return filter with { Left = Aggregate(filter.Aggregate) };
            default:
                return stage;
        }
    }

    private static SpansetExpression Spanset(SpansetExpression spanset) => spanset switch
    {
        SpansetFilter filter => Filter(filter),
        SpansetOperation operation => new SpansetOperation(operation.Operator, Spanset(operation.Left), Spanset(operation.Right)) { Span = operation.Span },
        WrappedPipeline wrapped => new WrappedPipeline(Pipeline(wrapped.Pipeline)) { Span = wrapped.Span },
        _ => spanset,
    };

    private static SpansetFilter Filter(SpansetFilter filter) => new(Normalize(filter.Condition)) { Span = filter.Span };

    private static AggregateExpression Aggregate(AggregateExpression aggregate)
    {
        var folded = aggregate with { Argument = aggregate.Argument is null ? null : Fold(aggregate.Argument) };
        return folded with { Argument = folded.Argument is null ? null : Shape(folded.Argument), Label = CanonicalText.Of(folded) };
    }

    private static FieldExpression Fold(FieldExpression expression)
    {
        switch (expression)
        {
            case UnaryExpression unary:
                var operand = Fold(unary.Operand);
                return Literal(operand is LiteralExpression single ? Constants.Apply(unary.Operator, single.Value) : null, unary)
                    ?? new UnaryExpression(unary.Operator, operand) { Span = unary.Span };
            case BinaryExpression binary:
                var (left, right) = (Fold(binary.Left), Fold(binary.Right));
                return Literal(left is LiteralExpression l && right is LiteralExpression r ? Apply(binary.Operator, l.Value, r.Value) : null, binary)
                    ?? new BinaryExpression(binary.Operator, left, right) { Span = binary.Span };
            default:
                return expression;
        }
    }

    // The wider type, so that "?? new UnaryExpression" compiles.
    private static FieldExpression? Literal(StaticValue? value, SyntaxNode origin) =>
        value is { } known ? new LiteralExpression(known) { Span = origin.Span } : null;

    private static StaticValue? Apply(BinaryOperator op, StaticValue left, StaticValue right)
    {
        if (left.Type == StaticType.Nil || right.Type == StaticType.Nil)
            return StaticValue.FromBool(op == BinaryOperator.NotEqual && left.Type != right.Type); // nil = nil and nil != nil are both false
        return op.IsRegex()
            ? StaticValue.FromBool(Re2Regex.Create(right.String).IsMatch(left.String) == (op == BinaryOperator.RegexMatch))
            : Constants.Apply(op, left, right);
    }

    private static FieldExpression Shape(FieldExpression expression)
    {
        if (expression is UnaryExpression unary)
            return new UnaryExpression(unary.Operator, Shape(unary.Operand)) { Span = unary.Span };
        if (expression is not BinaryExpression binary)
            return expression;
        var (op, left, right) = (binary.Operator, Shape(binary.Left), Shape(binary.Right));
        if (op.IsRegex())
            return new RegexExpression(left, Re2Regex.Create(((LiteralExpression)right).Value.String), op == BinaryOperator.RegexNotMatch) { Span = binary.Span };
        if (op.IsComparison() && !left.HasField && right.HasField)
            (op, left, right) = (op.Mirror(), right, left);
        return right is LiteralExpression { Value.Type: StaticType.Nil }
            ? new PresenceExpression(left, Present: op == BinaryOperator.NotEqual) { Span = binary.Span }
            : new BinaryExpression(op, left, right) { Span = binary.Span };
    }
}
