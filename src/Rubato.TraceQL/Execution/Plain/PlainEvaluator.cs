using Rubato.Model.Spans;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Plain;

/// <summary>
/// Runs a compiled pipeline over one whole trace of plain objects: slow, obvious, and the whole language but metrics. Tests
/// compare the vectorised filter with it, and a search lets it decide on every trace that ends up in an answer.
/// </summary>
internal static class PlainEvaluator
{
    /// <summary>The spansets that are left; none means that the trace does not match.</summary>
    public static List<PlainSpanset> Run(SpansetPipeline pipeline, PlainTrace trace) => Run(pipeline, trace, All(trace));

    /// <summary>Indexes of the spans for which a condition holds.</summary>
    public static List<int> Filter(FieldExpression condition, PlainTrace trace) =>
        Enumerable.Range(0, trace.Spans.Count).Where(i => PlainCondition.Holds(condition, trace, i)).ToList();

    private static PlainSpanset All(PlainTrace trace) => new([.. Enumerable.Range(0, trace.Spans.Count)], []);

    private static List<PlainSpanset> Run(SpansetPipeline pipeline, PlainTrace trace, PlainSpanset input)
    {
        List<PlainSpanset> spansets = [input];
        foreach (var stage in pipeline.Stages)
        {
            spansets = stage switch
            {
                SpansetExpression expression => [.. spansets.SelectMany(s => Evaluate(expression, trace, s))],
                GroupByStage by => [.. spansets.SelectMany(s => Group(by, trace, s))],
                CoalesceStage => [new([.. spansets.SelectMany(s => s.Spans).Distinct().Order()], [])],
                ScalarFilterStage filter => [.. spansets.Select(s => Filter(filter, trace, s)).OfType<PlainSpanset>()],
                _ => spansets,
            };
            if (spansets.Count == 0) break;
        }

        return spansets;
    }

    private static List<PlainSpanset> Evaluate(SpansetExpression expression, PlainTrace trace, PlainSpanset input)
    {
        switch (expression)
        {
            case SpansetFilter filter:
                return NonEmpty(input, input.Spans.FindAll(i => PlainCondition.Holds(filter.Condition, trace, i)));
            case WrappedPipeline wrapped:
                return Run(wrapped.Pipeline, trace, input);
            case SpansetOperation operation:
                var left = Merge(Evaluate(operation.Left, trace, input));
                var right = Merge(Evaluate(operation.Right, trace, input));
                return NonEmpty(input, operation.Operator switch
                {
                    SpansetOperator.And => left.Count > 0 && right.Count > 0 ? StructuralRelations.Union(left, right) : [],
                    SpansetOperator.Or => StructuralRelations.Union(left, right),
                    _ => StructuralRelations.Apply(operation.Operator, trace.Tree.Numbers, left, right),
                });
            default:
                return [];
        }
    }

    private static List<PlainSpanset> NonEmpty(PlainSpanset input, List<int> spans) => spans.Count == 0 ? [] : [input with { Spans = spans }];

    private static List<int> Merge(List<PlainSpanset> spansets) =>
        spansets.Count == 1 ? spansets[0].Spans : [.. spansets.SelectMany(s => s.Spans).Distinct().Order()];

    private static List<PlainSpanset> Group(GroupByStage by, PlainTrace trace, PlainSpanset input)
    {
        var groups = new OrderedDictionary<FieldValue, List<int>>();
        foreach (var i in input.Spans)
        {
            var value = PlainCondition.ValueOf(by.Expression, trace, i);
            if (!groups.TryGetValue(value, out var spans)) groups.Add(value, spans = []);
            spans.Add(i);
        }

        var label = by.Label ?? $"by({CanonicalText.Of(by.Expression)})";
        return [.. groups.Select(g => (input with { Spans = g.Value }).With(label, g.Key))];
    }

    private static PlainSpanset? Filter(ScalarFilterStage filter, PlainTrace trace, PlainSpanset input)
    {
        if (Aggregate(filter.Aggregate, trace, input.Spans) is not { } value || !Constants.Compare(filter.Operator, value, filter.Value)) return null;
        return input.With(filter.Aggregate.Label ?? CanonicalText.Of(filter.Aggregate), value);
    }

    /// <summary>Null when no span has a number (spec/traceql.md 12.5).</summary>
    private static StaticValue? Aggregate(AggregateExpression aggregate, PlainTrace trace, List<int> spans)
    {
        if (aggregate.Function == AggregateFunction.Count || aggregate.Argument is null) return StaticValue.FromInt(spans.Count);
        var numbers = spans.Select(i => PlainCondition.ValueOf(aggregate.Argument, trace, i).Scalar).Where(v => v.IsNumeric).ToList();
        if (numbers.Count == 0) return null;
        return aggregate.Function switch
        {
            AggregateFunction.Min => numbers.Aggregate((a, b) => Constants.Compare(BinaryOperator.Less, b, a) ? b : a),
            AggregateFunction.Max => numbers.Aggregate((a, b) => Constants.Compare(BinaryOperator.Greater, b, a) ? b : a),
            AggregateFunction.Sum => Sum(numbers),
            _ => Average(Sum(numbers), numbers.Count),
        };
    }

    // Values of another type than the first are left out of the sum, but count in the average's divisor.
    private static StaticValue Sum(List<StaticValue> numbers)
    {
        var type = numbers[0].Type;
        var same = numbers.FindAll(v => v.Type == type);
        if (type == StaticType.Float) return StaticValue.FromFloat(same.Sum(v => v.Float));
        var total = same.Aggregate(0L, (sum, v) => unchecked(sum + v.Int));
        return type == StaticType.Duration ? StaticValue.FromDuration(total) : StaticValue.FromInt(total);
    }

    private static StaticValue Average(StaticValue sum, int count) => sum.Type == StaticType.Duration
        ? StaticValue.FromDuration(sum.Int / count)
        : StaticValue.FromFloat(sum.AsDouble() / count);
}
