using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

/// <summary>
/// What a compiled query needs from an engine. An engine that lacks something asks <see cref="FindUnsupported"/> and refuses by name.
/// </summary>
public sealed class QueryShape
{
    private readonly List<(QueryFeatures Feature, SyntaxNode Node)> _uses = [];

    private QueryShape()
    {
    }

    public QueryFeatures Features { get; private set; }

    /// <param name="query">A query from <see cref="TraceQLCompiler"/>.</param>
    /// <param name="includeMetrics">False for a search, which ignores the metrics part.</param>
    public static QueryShape Of(TraceQLQuery query, bool includeMetrics = true)
    {
        var shape = new QueryShape();
        shape.Pipeline(query.Pipeline);
        if (includeMetrics && query.Metrics is not null)
            shape.Metrics(query.Metrics);
        return shape;
    }

    /// <summary>A sentence that names the first part outside <paramref name="supported"/>, or null when all is supported.</summary>
    public string? FindUnsupported(QueryFeatures supported)
    {
        foreach (var (feature, node) in _uses)
            if ((feature & ~supported) != 0)
                return $"{Describe(feature)} cannot be executed yet: {node}";
        return null;
    }

    private static string Describe(QueryFeatures feature) => feature switch
    {
        QueryFeatures.SpansetLogic => "&& and || between spansets",
        QueryFeatures.StructuralOperator => "structural operators",
        QueryFeatures.WrappedPipeline => "pipelines in parentheses",
        QueryFeatures.Pipeline => "pipelines of several stages",
        QueryFeatures.GroupBy => "by(...)",
        QueryFeatures.Coalesce => "coalesce()",
        QueryFeatures.Select => "select(...)",
        QueryFeatures.ScalarFilter => "scalar filters",
        QueryFeatures.Arithmetic => "arithmetic",
        QueryFeatures.FieldToField => "comparisons of two fields or expressions",
        QueryFeatures.EventFields => "conditions on events",
        QueryFeatures.LinkFields => "conditions on links",
        QueryFeatures.InstrumentationFields => "conditions on the instrumentation scope",
        QueryFeatures.NestedSet => "nested set numbers",
        QueryFeatures.ChildCount => "span:childCount",
        QueryFeatures.Metrics => "metrics functions",
        QueryFeatures.MetricsCompare => "compare(...)",
        QueryFeatures.MetricsSecondStage => "topk, bottomk and filters on metrics",
        QueryFeatures.Regex => "regular expressions",
        QueryFeatures.Presence => "comparisons with nil",
        QueryFeatures.Not => "negation with !",
        _ => feature.ToString(),
    };

    private void Use(QueryFeatures feature, SyntaxNode node)
    {
        Features |= feature;
        _uses.Add((feature, node));
    }

    private void Pipeline(SpansetPipeline pipeline)
    {
        if (pipeline.Stages.Count > 1)
            Use(QueryFeatures.Pipeline, pipeline);
        foreach (var stage in pipeline.Stages)
            Stage(stage);
    }

    private void Stage(PipelineStage stage)
    {
        switch (stage)
        {
            case SpansetFilter filter:
                Expression(filter.Condition);
                break;
            case SpansetOperation operation:
                Use(operation.Operator.IsStructural() ? QueryFeatures.StructuralOperator : QueryFeatures.SpansetLogic, operation);
                Stage(operation.Left);
                Stage(operation.Right);
                break;
            case WrappedPipeline wrapped:
                Use(QueryFeatures.WrappedPipeline, wrapped);
                Pipeline(wrapped.Pipeline);
                break;
            case GroupByStage by:
                Use(QueryFeatures.GroupBy, by);
                Expression(by.Expression);
                break;
            case CoalesceStage:
                Use(QueryFeatures.Coalesce, stage);
                break;
            case SelectStage select:
                Use(QueryFeatures.Select, select);
                foreach (var field in select.Fields)
                    Expression(field);
                break;
            case ScalarFilterStage filter:
                Use(QueryFeatures.ScalarFilter, filter);
                if (filter.Aggregate.Argument is { } argument)
                    Expression(argument);
                break;
        }
    }

    private void Expression(FieldExpression expression)
    {
        switch (expression)
        {
            case IntrinsicField field:
                Intrinsic(field);
                break;
            case AttributeField { Scope: AttributeScope.Event }:
                Use(QueryFeatures.EventFields, expression);
                break;
            case AttributeField { Scope: AttributeScope.Link }:
                Use(QueryFeatures.LinkFields, expression);
                break;
            case AttributeField { Scope: AttributeScope.Instrumentation }:
                Use(QueryFeatures.InstrumentationFields, expression);
                break;
            case UnaryExpression unary:
                Use(unary.Operator == UnaryOperator.Not ? QueryFeatures.Not : QueryFeatures.Arithmetic, unary);
                Expression(unary.Operand);
                break;
            case BinaryExpression binary:
                if (binary.Operator.IsArithmetic())
                    Use(QueryFeatures.Arithmetic, binary);
                else if (binary.Operator.IsComparison() && binary is not { Left: Field, Right: LiteralExpression })
                    Use(QueryFeatures.FieldToField, binary);
                Expression(binary.Left);
                Expression(binary.Right);
                break;
            case PresenceExpression presence:
                Use(QueryFeatures.Presence, presence);
                Expression(presence.Operand);
                break;
            case RegexExpression regex:
                Use(QueryFeatures.Regex, regex);
                if (regex.Operand is not Field)
                    Use(QueryFeatures.FieldToField, regex);
                Expression(regex.Operand);
                break;
        }
    }

    private void Intrinsic(IntrinsicField field)
    {
        var feature = field.Intrinsic switch
        {
            Syntax.Intrinsic.EventName or Syntax.Intrinsic.EventTimeSinceStart => QueryFeatures.EventFields,
            Syntax.Intrinsic.LinkTraceId or Syntax.Intrinsic.LinkSpanId => QueryFeatures.LinkFields,
            Syntax.Intrinsic.InstrumentationName or Syntax.Intrinsic.InstrumentationVersion => QueryFeatures.InstrumentationFields,
            Syntax.Intrinsic.NestedSetLeft or Syntax.Intrinsic.NestedSetRight or Syntax.Intrinsic.NestedSetParent => QueryFeatures.NestedSet,
            Syntax.Intrinsic.SpanChildCount => QueryFeatures.ChildCount,
            _ => QueryFeatures.None,
        };
        if (feature != QueryFeatures.None)
            Use(feature, field);
    }

    private void Metrics(MetricsPipeline metrics)
    {
        Use(QueryFeatures.Metrics, metrics.First);
        if (metrics.First is MetricsCompareStage compare)
        {
            Use(QueryFeatures.MetricsCompare, compare);
            Expression(compare.Selection.Condition);
        }
        else if (metrics.First is MetricsAggregateStage aggregate)
        {
            if (aggregate.Argument is not null)
                Expression(aggregate.Argument);
            foreach (var field in aggregate.By)
                Expression(field);
        }

        foreach (var second in metrics.Second)
            Use(QueryFeatures.MetricsSecondStage, second);
    }
}
