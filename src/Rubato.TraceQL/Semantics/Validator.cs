using Rubato.TraceQL.Regex;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

/// <summary>
/// Refuses what can be seen to mean nothing before any data is read (spec/traceql.md 5.4, 12, 13, 16.2). Every message ends with
/// the canonical text of the offending expression. Expressions are in Validator.Expressions.cs.
/// </summary>
internal sealed partial class Validator
{
    private const int MaxBy = 5;

    /// <summary>Quantiles, histograms and averages carry one label more inside, which leaves one field less.</summary>
    private const int MaxByWithBuckets = 4;

    private readonly string _query;

    private Validator(string query) => _query = query;

    public static void Check(string query, TraceQLQuery parsed, QueryUse use)
    {
        var validator = new Validator(query);
        validator.CheckPipeline(parsed.Pipeline);
        if (parsed.Metrics is not null)
            validator.CheckMetrics(parsed.Metrics);
        else if (use == QueryUse.Metrics)
            throw validator.Error(parsed, "not a metrics query: a function such as rate() or count_over_time() is missing at the end, as in { } | rate()");
    }

    private void CheckPipeline(SpansetPipeline pipeline)
    {
        foreach (var stage in pipeline.Stages)
            CheckStage(stage);
    }

    private void CheckStage(PipelineStage stage)
    {
        switch (stage)
        {
            case SpansetFilter filter:
                CheckFilter(filter);
                break;
            case SpansetOperation operation:
                CheckStage(operation.Left);
                CheckStage(operation.Right);
                break;
            case WrappedPipeline wrapped:
                CheckPipeline(wrapped.Pipeline);
                break;
            case GroupByStage by:
                CheckExpression(by.Expression);
                if (!by.Expression.HasField)
                    throw Error(by, $"grouping needs at least one field of the span: by({CanonicalText.Of(by.Expression)})");
                break;
            case SelectStage select:
                foreach (var field in select.Fields)
                    CheckField(field);
                break;
            case ScalarFilterStage filter:
                CheckScalarFilter(filter);
                break;
        }
    }

    private void CheckFilter(SpansetFilter filter)
    {
        CheckExpression(filter.Condition);
        if (filter.Condition.Type is not (StaticType.Bool or StaticType.Attribute))
            throw Error(filter.Condition, $"the filter must be true or false, but its type is {Name(filter.Condition.Type)}: {{ {CanonicalText.Of(filter.Condition)} }}");
    }

    private void CheckScalarFilter(ScalarFilterStage filter)
    {
        CheckScalar(filter.Left);
        CheckScalar(filter.Right);
        if (filter is not { Left: AggregateExpression, Right: ScalarLiteral })
            throw Error(filter, $"scalar filters other than \"aggregate operator number\", as in count() > 2, are not yet supported: {filter}");
    }

    private void CheckScalar(ScalarExpression scalar)
    {
        switch (scalar)
        {
            case AggregateExpression { Argument: { } argument } aggregate:
                CheckExpression(argument);
                if (!IsNumeric(argument.Type) && argument.Type != StaticType.Attribute)
                    throw Error(argument, $"the argument of an aggregate must be a number, but its type is {Name(argument.Type)}: {CanonicalText.Of(aggregate)}");
                if (!argument.HasField)
                    throw Error(argument, $"the argument of an aggregate needs at least one field of the span: {CanonicalText.Of(aggregate)}");
                break;
            case ScalarArithmetic arithmetic:
                CheckScalar(arithmetic.Left);
                CheckScalar(arithmetic.Right);
                throw Error(arithmetic, $"arithmetic on aggregates is not yet supported: {arithmetic}");
            case ScalarPipeline pipeline:
                CheckPipeline(pipeline.Pipeline);
                throw Error(pipeline, $"comparing pipelines by their aggregates is not yet supported: {pipeline}");
        }
    }

    private void CheckMetrics(MetricsPipeline metrics)
    {
        if (metrics.First is MetricsCompareStage compare)
            CheckCompare(compare, metrics);
        else
            CheckMetricsAggregate((MetricsAggregateStage)metrics.First);
        foreach (var second in metrics.Second)
            if (second is MetricsRankStage { Count: <= 0 } rank)
                throw Error(rank, $"limit must be greater than 0: {(rank.Top ? "topk" : "bottomk")}({rank.Count})");
    }

    private void CheckMetricsAggregate(MetricsAggregateStage stage)
    {
        if (stage.Argument is not null)
            CheckField(stage.Argument);
        foreach (var field in stage.By)
            CheckField(field);
        foreach (var quantile in stage.Quantiles)
            if (quantile is not (>= 0 and <= 1))
                throw Error(stage, $"a quantile must be between 0 and 1, not {LiteralText.FormatFloat(quantile)}: {stage}");
        var most = stage.Function is MetricsFunction.QuantileOverTime or MetricsFunction.HistogramOverTime or MetricsFunction.AvgOverTime ? MaxByWithBuckets : MaxBy;
        if (stage.By.Count > most)
            throw Error(stage.By[most], $"more than {most} fields in by are not yet supported here: {stage}");
    }

    private void CheckCompare(MetricsCompareStage compare, MetricsPipeline metrics)
    {
        CheckFilter(compare.Selection);
        if (compare.TopN is <= 0)
            throw Error(compare, $"the number of values to keep must be greater than 0: {compare}");
        if (compare is { StartUnixNano: { } start, EndUnixNano: { } end } && (start <= 0 || end <= start))
            throw Error(compare, $"the times must be greater than 0 and the end later than the start: {compare}");
        if (metrics.Second.Count > 0)
            throw Error(metrics.Second[0], $"nothing may follow compare: {metrics}");
    }

    private static bool IsNumeric(StaticType type) => type is StaticType.Int or StaticType.Float or StaticType.Duration;

    private static string Name(StaticType type) => type switch
    {
        StaticType.Nil => "nil",
        StaticType.Attribute => "attribute",
        StaticType.Int => "int",
        StaticType.Float => "float",
        StaticType.String => "string",
        StaticType.Bool => "bool",
        StaticType.Duration => "duration",
        StaticType.Status => "status",
        _ => "kind",
    };

    private TraceQLException Error(SyntaxNode node, string message) => new(TraceQLError.Create(TraceQLErrorKind.Validation, _query, node.Span, message));
}
