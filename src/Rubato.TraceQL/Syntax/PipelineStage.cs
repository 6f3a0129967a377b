namespace Rubato.TraceQL.Syntax;

/// <summary>One step of a pipeline: takes a list of spansets and passes on a list of spansets.</summary>
public abstract record PipelineStage : SyntaxNode;

/// <summary>A filter, an operator between filters, or a whole pipeline in parentheses.</summary>
/// <param name="Depth">Height of the tree below, bounded by <see cref="TraceQLLimits.MaxDepth"/>.</param>
public abstract record SpansetExpression(int Depth) : PipelineStage;

/// <summary><c>{ condition }</c>; <c>{ }</c> has the literal <c>true</c>.</summary>
public sealed record SpansetFilter(FieldExpression Condition) : SpansetExpression(1);

public sealed record SpansetOperation(SpansetOperator Operator, SpansetExpression Left, SpansetExpression Right)
    : SpansetExpression(Math.Max(Left.Depth, Right.Depth) + 1);

/// <summary><c>( pipeline )</c> as the operand of a spanset operator or as the whole query (spec/traceql.md 12.6).</summary>
public sealed record WrappedPipeline(SpansetPipeline Pipeline) : SpansetExpression(Pipeline.Depth + 1);

/// <summary><c>by(expression)</c>. The label is the canonical text that names the group's value in answers; set by normalisation.</summary>
public sealed record GroupByStage(FieldExpression Expression) : PipelineStage
{
    public string? Label { get; init; }
}

public sealed record CoalesceStage : PipelineStage;

public sealed record SelectStage(SyntaxList<Field> Fields) : PipelineStage;

/// <summary>
/// <c>count() > 2</c>. The grammar allows scalar expressions on both sides; validation leaves only
/// an <see cref="AggregateExpression"/> on the left and a <see cref="ScalarLiteral"/> on the right, which the two shortcuts give.
/// </summary>
public sealed record ScalarFilterStage(BinaryOperator Operator, ScalarExpression Left, ScalarExpression Right) : PipelineStage
{
    public AggregateExpression Aggregate => (AggregateExpression)Left;

    public StaticValue Value => ((ScalarLiteral)Right).Value;
}

/// <summary>Stages joined by <c>|</c>; never empty.</summary>
public sealed record SpansetPipeline(SyntaxList<PipelineStage> Stages) : SyntaxNode
{
    /// <summary>Height of the deepest spanset expression in it.</summary>
    public int Depth { get; } = DeepestOf(Stages);

    private static int DeepestOf(SyntaxList<PipelineStage> stages)
    {
        var depth = 1;
        foreach (var stage in stages)
            depth = Math.Max(depth, stage switch
            {
                SpansetExpression spanset => spanset.Depth,
                ScalarFilterStage filter => Math.Max(filter.Left.Depth, filter.Right.Depth),
                _ => 1,
            });
        return depth;
    }
}
