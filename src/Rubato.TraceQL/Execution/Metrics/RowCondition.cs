using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Pipelines whose remaining spans can be told span by span.</summary>
internal static class RowCondition
{
    /// <summary>The condition that the remaining spans fulfil and no others, or null where that depends on other spans of the trace.</summary>
    public static FieldExpression? Of(SpansetPipeline pipeline)
    {
        FieldExpression? all = null;
        foreach (var stage in pipeline.Stages)
        {
            switch (stage)
            {
                case SpansetExpression expression:
                    if (Of(expression) is not { } condition) return null;
                    all = Join(BinaryOperator.And, all, condition);
                    break;
                case ScalarFilterStage:
                    return null;
                default:
                    // Grouping, merging and select drop no span.
                    break;
            }
        }

        return all ?? new LiteralExpression(StaticValue.True);
    }

    /// <summary>Every filter is constant false: such a query has no answer at all, not even zeros (spec/traceql.md 6).</summary>
    public static bool IsNever(SpansetPipeline pipeline)
    {
        var filters = pipeline.Stages.OfType<SpansetExpression>().SelectMany(FiltersOf).ToList();
        return filters.Count > 0 && filters.TrueForAll(f => f.Condition is LiteralExpression { Value: { Type: StaticType.Bool, Bool: false } });
    }

    private static FieldExpression? Of(SpansetExpression expression) => expression switch
    {
        SpansetFilter filter => filter.Condition,
        WrappedPipeline wrapped => Of(wrapped.Pipeline),
        SpansetOperation { Operator: SpansetOperator.Or } either when Of(either.Left) is { } left && Of(either.Right) is { } right => Join(BinaryOperator.Or, left, right),
        _ => null,
    };

    private static FieldExpression Join(BinaryOperator op, FieldExpression? left, FieldExpression right) =>
        left is null ? right : new BinaryExpression(op, left, right);

    private static IEnumerable<SpansetFilter> FiltersOf(SpansetExpression expression) => expression switch
    {
        SpansetFilter filter => [filter],
        SpansetOperation operation => FiltersOf(operation.Left).Concat(FiltersOf(operation.Right)),
        WrappedPipeline wrapped => wrapped.Pipeline.Stages.OfType<SpansetExpression>().SelectMany(FiltersOf),
        _ => [],
    };
}
