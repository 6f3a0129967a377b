using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>A stage of a pipeline compiled for columns.</summary>
internal abstract record ColumnStage;

/// <summary>A filter, an operator between filters, or a pipeline in parentheses.</summary>
internal abstract record SpansetNode : ColumnStage;

internal sealed record FilterStage(FilterPlan Plan) : SpansetNode;

internal sealed record OperationStage(SpansetOperator Operator, SpansetNode Left, SpansetNode Right) : SpansetNode;

internal sealed record WrappedStage(IReadOnlyList<ColumnStage> Stages) : SpansetNode;

internal sealed record GroupStage(FieldExpression Expression) : ColumnStage;

internal sealed record MergeStage : ColumnStage;

internal sealed record AggregateStage(AggregateFunction Function, FieldExpression? Argument, BinaryOperator Operator, StaticValue Value) : ColumnStage;
